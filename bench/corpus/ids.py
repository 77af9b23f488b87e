"""Random identifiers in the shapes that AWS uses."""

import random
import string

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ALPHANUMERIC = string.ascii_letters + string.digits
BASE64 = ALPHANUMERIC + "+/"


class Ids(random.Random):
    """A seeded source of randomness that also speaks in identifiers."""

    def text(self, length, alphabet=BASE32):
        size, draw = len(alphabet), self.random
        return "".join([alphabet[int(draw() * size)] for _ in range(length)])

    def hex(self, digits):
        return "%0*x" % (digits, self.getrandbits(4 * digits))

    def uuid(self):
        h = "%032x" % self.getrandbits(128)
        variant = "89ab"[int(h[16], 16) & 3]
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-{variant}{h[17:20]}-{h[20:]}"

    def pick(self, items):
        """One of `items`; faster than choice(), which this generator calls millions of times."""
        return items[int(self.random() * len(items))]

    def address(self, network):
        """A host of `network` (an ipaddress.IPv4Network) as text."""
        return str(network[1 + int(self.random() * (network.num_addresses - 2))])

    def access_key(self):
        return "AKIA" + self.text(16)

    def session_key(self):
        return "ASIA" + self.text(16)

    def role_id(self):
        return "AROA" + self.text(17)

    def user_id(self):
        return "AIDA" + self.text(17)
