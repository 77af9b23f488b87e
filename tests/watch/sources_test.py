"""The other live sources as s3_test.py has its own: kills and faults between them and watch.

Queues: crash_test.py. What is counted is the same everywhere: every event is judged, every dangerous
one is told, nobody is told twice.
"""

import collections
import http.client
import json
import random
import socket
import time

import running  # noqa: F401, I001: finds what follows
import fake_trail
import faults
from crash import Faulty
from emulators import eventually, free_port
from events import arn_of, event_id, record
from receiver import SECRET, Receiver
from running import Steadily, Store

KEY = "a-key-of-enough-characters"
REGIONS = ("eu-central-1", "us-east-1")


def new_chance():
    seed = random.randrange(1 << 32)
    print("seed", seed)
    return random.Random(seed)


class Events:
    """Numbered events of random kinds."""

    def __init__(self, chance):
        self.chance, self.kinds = chance, {}

    def make(self):
        number = len(self.kinds)
        self.kinds[number] = self.chance.choice(["dangerous", "low", "harmless"])
        return record(number, self.kinds[number])

    def of_kind(self, *kinds):
        return {number for number, kind in self.kinds.items() if kind in kinds}

    def are_stored(self, store):
        wanted = {event_id(number) for number in self.of_kind("dangerous", "low")}
        return wanted == {row[0] for row in store.rows("SELECT event_id FROM events")}

    def expect_told_once(self, receiver):
        told = collections.defaultdict(set)
        for delivery in receiver.taken:
            told[delivery.notice["actor"]].add(delivery.key)
        assert set(told) == {arn_of(number) for number in self.of_kind("dangerous")}
        assert all(len(keys) == 1 for keys in told.values())


def run_to_the_end(start, events, receiver):
    """The last run, which nobody disturbs."""
    last = start()
    store = Store(last.store)
    last.port()
    eventually(lambda: events.are_stored(store), 120)
    eventually(lambda: store.outbox()[0] == 0, 60)
    assert last.stop()[0] == 0, last.said()
    events.expect_told_once(receiver)
    assert store.is_sound() and store.outbox()[2] == 0
    return last


# --- lookup: ----------------------------------------------------------------------------------

THROTTLED = b'{"__type":"ThrottlingException","message":"Rate exceeded"}'


class GrowingTrail(fake_trail.FakeTrail):
    """Events appear one after the other, up to some minutes late and in no order."""

    def __init__(self, events):
        super().__init__(lambda region: sorted(self.appeared[region], key=lambda each: each[0]))
        self.events = events
        self.appeared = {region: [] for region in REGIONS}

    def grow(self):
        chance = self.events.chance
        age = chance.choice([0, 5, 120, 600])
        self.appeared[chance.choice(REGIONS)].append((age, self.events.make()))
        time.sleep(0.2)


def test_lookup_behind_faults_and_kills(watch):
    chance = new_chance()
    trail = GrowingTrail(Events(chance))
    with trail.serving() as url, faults.FaultProxy(url) as proxy, Receiver() as receiver:
        proxy.always = Faulty(
            chance, 0.25, faults.Answer(400, THROTTLED), faults.Answer(500), faults.Answer(503),
            faults.Reset("before"), faults.Reset("after"), faults.Half(), faults.WrongLength(7),
            faults.WrongLength(-7))  # fmt: skip

        def start():
            # The first answer of a region decides whether it can be asked at all.
            proxy.plan = [faults.Fault()] * (3 * len(REGIONS))
            return watch("--source", "lookup:" + ",".join(REGIONS), "--poll", "1s",
                         "--sink", f"webhook:{receiver.url}",
                         AWS_ENDPOINT_URL_CLOUDTRAIL=proxy.url,
                         TRAILWARDEN_WEBHOOK_SECRET=SECRET)  # fmt: skip

        growing = Steadily(trail.grow)
        for _ in range(6):
            one = start()
            time.sleep(chance.uniform(0.5, 5))
            assert one.process.poll() is None, one.said()
            one.kill()
        growing.stop()
        proxy.always.share = 0
        run_to_the_end(start, trail.events, receiver)
        assert receiver.complaints == []


# --- http: ------------------------------------------------------------------------------------


class Sender:
    """Posts each event until the answer is 200, as API destinations do; often it hangs up in
    between."""

    def __init__(self, events, port):
        self.events, self.port = events, port
        self.answers = collections.Counter()
        self.waiting = None  # An event that was not answered 200.

    def send(self):
        self.waiting = self.waiting or self.events.make()
        body = json.dumps(self.waiting).encode()
        head = (f"POST /events HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Trailwarden-Key: {KEY}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")  # fmt: skip
        message = head.encode() + body
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
                dice = self.events.chance.random()
                if dice < 0.1:
                    connection.sendall(message[: len(message) // 2])
                    return
                connection.sendall(message)
                if dice < 0.2:
                    return  # Who hangs up now does not know whether it was taken.
                answer = http.client.HTTPResponse(connection)
                answer.begin()
                answer.read()
        except (OSError, http.client.HTTPException):
            self.answers["none"] += 1
            time.sleep(0.05)
            return
        self.answers[answer.status] += 1
        if answer.status == 200:
            self.waiting = None


def test_posts_behind_hang_ups_and_kills(watch, tmp_path):
    chance = new_chance()
    keys = tmp_path / "keys"
    keys.write_text(KEY + "\n")
    port = free_port()
    sender = Sender(Events(chance), port)
    with Receiver() as receiver:

        def start():
            return watch("--source", f"http:127.0.0.1:{port}", "--source-keys", keys,
                         "--sink", f"webhook:{receiver.url}",
                         TRAILWARDEN_WEBHOOK_SECRET=SECRET)  # fmt: skip

        sending = Steadily(sender.send)
        for _ in range(8):
            one = start()
            one.port()
            time.sleep(chance.uniform(0, 1))
            assert one.process.poll() is None, one.said()
            one.kill()
        last = start()
        before = sender.answers[200]
        eventually(lambda: sender.answers[200] > before + 20, 30)
        sending.stop()
        chance.random = lambda: 1.0  # No more hanging up.
        while sender.waiting:
            sender.send()
        last.stop()
        run_to_the_end(start, sender.events, receiver)
        assert set(sender.answers) <= {200, 503, "none"}
        assert receiver.complaints == []
