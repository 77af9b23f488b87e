"""A trail's bucket as CloudTrail leaves it, made independently of the product: log files, and a chain
of digests signed with our own RSA keys (by the `cryptography` package). Written from the AWS
CloudTrail User Guide ("CloudTrail digest file structure", "Custom implementations …").

    python make_trail.py FOLDER    # writes a mirror and keys.json, to look at
"""

import base64
import datetime
import functools
import gzip
import hashlib
import json
import pathlib
import random
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

ACCOUNT = "111122223333"
TRAIL = "audit_trail"  # Names may hold '_'.
HOME = "eu-north-1"
BUCKET = "example-trail-bucket"
DAY = datetime.datetime(2026, 3, 11, tzinfo=datetime.timezone.utc)


# ------------------------------------------------------------------ keys


def is_prime(number, rng):
    """Miller-Rabin with 20 bases."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(20):
        power = pow(rng.randrange(2, number - 1), odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def prime(bits, rng):
    small = [n for n in range(3, 2000, 2) if all(n % m for m in range(3, int(n**0.5) + 1, 2))]
    while True:
        number = rng.getrandbits(bits) | 1 | 3 << (bits - 2)
        if all(number % n for n in small) and number % 65537 != 1 and is_prime(number, rng):
            return number


@functools.cache
def private_key(name):
    """The same key for the same name in every run, so that outputs can be compared; good for
    nothing but tests."""
    rng = random.Random(name)
    p, q = prime(1024, rng), prime(1024, rng)
    e = 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q),
        rsa.RSAPublicNumbers(e, p * q)).private_key()


class Key:
    """A signing key and how ListPublicKeys tells of it."""

    def __init__(self, name, form="PKCS1", start=None, end=None):
        self.private = private_key(name)
        formats = serialization.PublicFormat
        self.der = self.private.public_key().public_bytes(
            serialization.Encoding.DER,
            formats.PKCS1 if form == "PKCS1" else formats.SubjectPublicKeyInfo)
        self.fingerprint = hashlib.md5(self.der).hexdigest()
        self.start = start or DAY - datetime.timedelta(days=3)
        self.end = end or DAY + datetime.timedelta(days=4)

    def sign(self, text):
        return self.private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()).hex()

    def record(self):
        return {"Value": base64.b64encode(self.der).decode(),
                "ValidityStartTime": self.start.isoformat(),
                "ValidityEndTime": self.end.isoformat(), "Fingerprint": self.fingerprint}


def key_list(*keys):
    return json.dumps({"PublicKeyList": [key.record() for key in keys]}, indent=4)


# ------------------------------------------------------------------ the bucket


def utc(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def pack(data):
    return gzip.compress(data, mtime=0)


class Bucket:
    """Objects by key: (bytes, metadata)."""

    def __init__(self, name=BUCKET):
        self.name = name
        self.objects = {}

    def move(self, old, new):
        self.objects[new] = self.objects.pop(old)

    def write_mirror(self, folder, sidecars=True, strip=""):
        """What `aws s3 sync` makes, and a sidecar for each object that has metadata."""
        for key, (data, metadata) in self.objects.items():
            path = pathlib.Path(folder) / key.removeprefix(strip)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            if metadata and sidecars:
                pathlib.Path(f"{path}.metadata.json").write_text(
                    json.dumps({"ContentType": "application/json", "Metadata": metadata}))


class Chain:
    """The digests and log files of one trail in one region."""

    def __init__(self, bucket, region, key, *, account=ACCOUNT, trail=TRAIL, prefix="",
                 organisation="", offset=91, home=HOME):
        self.bucket, self.region, self.key = bucket, region, key
        self.account, self.trail, self.home = account, trail, home
        self.root = f"{prefix}AWSLogs/{organisation}{account}/"
        self.offset = datetime.timedelta(seconds=offset)  # Of the hour, where digests begin.
        self.digests = []  # Dictionaries, oldest first.
        self.backfills = []

    def folder(self, kind, time):
        return f"{self.root}{kind}/{self.region}/{time:%Y/%m/%d}/"

    def log(self, time, count=3):
        """Delivers a log file; its key."""
        unique = hashlib.sha256(f"{self.account}{self.region}{time}".encode()).hexdigest()[:16]
        name = f"{self.account}_CloudTrail_{self.region}_{time:%Y%m%dT%H%MZ}_{unique}.json.gz"
        records = [{"eventVersion": "1.11", "eventTime": utc(time), "awsRegion": self.region,
                    "eventSource": "ec2.amazonaws.com", "eventName": "DescribeInstances",
                    "userIdentity": {"type": "IAMUser", "userName": "ada"},
                    "sourceIPAddress": "203.0.113.5", "eventID": f"{unique}-{i}"}
                   for i in range(count)]
        key = self.folder("CloudTrail", time) + name
        self.bucket.objects[key] = (pack(json.dumps({"Records": records}).encode()), {})
        return key

    def digest_key(self, end, suffix=""):
        return (self.folder("CloudTrail-Digest", end) + f"{self.account}_CloudTrail-Digest_"
                f"{self.region}_{self.trail}_{self.home}_{end:%Y%m%dT%H%M%SZ}{suffix}.json.gz")

    def content(self, start, end, logs, previous, key):
        """The digest's JSON. `previous`: what put() answered, or None."""
        names = ("S3Bucket", "S3Object", "HashValue", "HashAlgorithm", "Signature")
        before = [None] * 5 if previous is None else [
            self.bucket.name, previous["key"], previous["hash"], "SHA-256", previous["signature"]]
        return {
            "awsAccountId": self.account,
            "digestStartTime": utc(start), "digestEndTime": utc(end),
            "digestS3Bucket": self.bucket.name, "digestS3Object": key,
            "digestPublicKeyFingerprint": self.key.fingerprint,
            "digestSignatureAlgorithm": "SHA256withRSA",
            "newestEventTime": utc(end) if logs else None,
            "oldestEventTime": utc(start) if logs else None,
            **{f"previousDigest{name}": value for name, value in zip(names, before)},
            "logFiles": [{"s3Bucket": self.bucket.name, "s3Object": log,
                          "hashValue": sha256(gzip.decompress(self.bucket.objects[log][0])),
                          "hashAlgorithm": "SHA-256", "newestEventTime": utc(end),
                          "oldestEventTime": utc(start)} for log in logs]}

    def put(self, content, key, signer=None, **metadata):
        """Signs and stores a digest."""
        data = json.dumps(content).encode()
        before = content["previousDigestSignature"]
        text = "\n".join([content["digestEndTime"],
                          f"{content['digestS3Bucket']}/{content['digestS3Object']}", sha256(data),
                          "null" if before is None else before])
        signature = (signer or self.key).sign(text)
        self.bucket.objects[key] = (pack(data), {
            "signature": signature, "signature-algorithm": "SHA256withRSA", **metadata})
        return {"key": key, "hash": sha256(data), "signature": signature, "content": content}

    def hour(self, hour, logs=2, first=False):
        """CloudTrail's work of an hour: log files, then their digest."""
        start = DAY + datetime.timedelta(hours=hour) + self.offset
        end = start + datetime.timedelta(hours=1)
        step = datetime.timedelta(minutes=20)
        keys = [self.log(start + step * (i + 1)) for i in range(logs)]
        previous = None if first or not self.digests else self.digests[-1]
        key = self.digest_key(end)
        self.digests.append(self.put(self.content(start, end, keys, previous, key), key))
        return self

    def hours(self, begin, end, quiet=()):
        for hour in range(begin, end):
            self.hour(hour, logs=0 if hour in quiet else 2)
        return self

    def backfill(self, hour, made):
        """A late log file of `hour`, in a digest of the backfill chain."""
        start = DAY + datetime.timedelta(hours=hour) + self.offset
        end = start + datetime.timedelta(hours=1)
        log = self.log(start + datetime.timedelta(minutes=33))
        key = self.digest_key(end, "_backfill")
        previous = self.backfills[-1] if self.backfills else None
        stamp = {"backfill-generation-timestamp": utc(made)}
        self.backfills.append(
            self.put(self.content(start, end, [log], previous, key), key, **stamp))
        return self

    def sign_again(self, i, signer=None, key=None, **changes):
        """Makes digest `i` anew with other members, signed; those after it stay as they are."""
        content = {**self.digests[i]["content"], **changes}
        key = key or self.digests[i]["key"]
        self.digests[i] = self.put(content, key, signer)

    def edit(self, i, **changes):
        """Changes digest `i` as somebody does who has no key."""
        content = {**self.digests[i]["content"], **changes}
        key = self.digests[i]["key"]
        self.bucket.objects[key] = (pack(json.dumps(content).encode()), self.bucket.objects[key][1])

    def named(self, i):
        """The log files that digest `i` names."""
        return [log["s3Object"] for log in self.digests[i]["content"]["logFiles"]]


def make(key=None, **options):
    """Two regions, six hours: 08:01:31 to 14:01:31 and 08:07:12 to 14:07:12, one of them quiet in
    each. (bucket, chain of eu-north-1, chain of us-east-1)"""
    bucket = Bucket()
    key = key or Key("first")
    north = Chain(bucket, "eu-north-1", key, **options).hours(8, 14, quiet=[10])
    east = Chain(bucket, "us-east-1", key, offset=432, **options).hours(8, 14, quiet=[12])
    return bucket, north, east


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    make()[0].write_mirror(target)
    (target / "keys.json").write_text(key_list(Key("first")))
