"""`trailwarden watch --source s3://…`: a trail's bucket that is polled, on versitygw behind faults."""

import collections
import datetime
import gzip
import json
import random
import re
import time

import pytest

import running  # noqa: I001: finds what follows
import emulators
import faults
from crash import Faulty
from emulators import eventually
from events import arn_of, event_id, record
from receiver import SECRET, Receiver

ORGANIZATION = "trail/AWSLogs/o-a1b2c3"
SLOW_DOWN = (
    b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message>"
    b"<RequestId>SLOW1</RequestId></Error>"
)


class Trail:
    """A bucket as CloudTrail fills it, with numbered events."""

    def __init__(self, s3_server, name):
        self.s3 = emulators.boto("s3", s3_server, emulators.ROOT_KEY, emulators.ROOT_SECRET)
        self.bucket = name
        self.s3.create_bucket(Bucket=name)
        self.kinds = {}  # By number of the event.
        self.files = 0

    def source(self):
        return f"s3://{self.bucket}/trail/"

    def put(self, key, body):
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def deliver(self, *kinds, account="111122223333", region="eu-central-1", days_ago=0):
        """A log file of new events, as if delivered so many days ago."""
        numbers = range(len(self.kinds), len(self.kinds) + len(kinds))
        self.kinds.update(zip(numbers, kinds))
        now = datetime.datetime.now(datetime.timezone.utc)
        day = now - datetime.timedelta(days=days_ago)
        self.files += 1
        key = (f"{ORGANIZATION}/{account}/CloudTrail/{region}/{day:%Y/%m/%d}/{account}_CloudTrail_"
               f"{region}_{day:%Y%m%dT%H%MZ}_{self.files:016d}.json.gz")  # fmt: skip
        records = [record(number, kind) for number, kind in zip(numbers, kinds)]
        self.put(key, gzip.compress(json.dumps({"Records": records}).encode(), 1))
        return key

    def of_kind(self, *kinds):
        return {number for number, kind in self.kinds.items() if kind in kinds}

    def watch(self, watch, receiver, endpoint, *options):
        return watch("--source", self.source(), "--poll", "1s", "--sink", f"webhook:{receiver.url}",
                     *options, AWS_ENDPOINT_URL_S3=endpoint,
                     AWS_ACCESS_KEY_ID=emulators.ROOT_KEY,
                     AWS_SECRET_ACCESS_KEY=emulators.ROOT_SECRET,
                     TRAILWARDEN_WEBHOOK_SECRET=SECRET)  # fmt: skip

    def is_whole(self, store):
        """Whether every event with findings is there."""
        wanted = {event_id(number) for number in self.of_kind("dangerous", "low")}
        return wanted == {row[0] for row in store.rows("SELECT event_id FROM events")}

    def expect_alerts(self, receiver):
        """Of every dangerous event's actor once, and of nobody else."""
        told = collections.defaultdict(set)
        for delivery in receiver.taken:
            told[delivery.notice["actor"]].add(delivery.key)
        assert set(told) == {arn_of(number) for number in self.of_kind("dangerous")}
        assert {len(keys) for keys in told.values()} <= {1}


@pytest.fixture
def trail(s3_server, request):
    return Trail(s3_server, "".join(c if c.isalnum() else "-" for c in request.node.name)[:60].lower())


def count(store, name):
    return store.number("SELECT coalesce(sum(value), 0) FROM counters WHERE name = ?", name)


def test_new_late_and_missed_files_are_read_once(watch, receiver, trail, s3_server):
    trail.put(f"{ORGANIZATION}/111122223333/CloudTrail-Digest/eu-central-1/2026/11/22/d.json.gz", b"x")
    trail.deliver("dangerous")
    trail.kinds.clear()  # Before the run began: nobody is to be told of it.
    time.sleep(1.1)
    since = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    trail.kinds[0] = "harmless"  # Its number is used.
    one = trail.watch(watch, receiver, s3_server, "--since", since)
    store = running.Store(one.store)
    one.port()
    for region in ("eu-central-1", "us-east-1"):
        for account in ("111122223333", "444455556666"):
            trail.deliver("low", "harmless", "dangerous", account=account, region=region)
    eventually(lambda: trail.is_whole(store), 20)
    trail.deliver("dangerous", days_ago=1)  # Late, with yesterday's day in its key.
    trail.deliver("low", region="sa-east-1")  # Of a region without any logs so far.
    eventually(lambda: trail.is_whole(store), 20)
    assert one.stop()[0] == 0, one.said()
    trail.deliver("dangerous", "low")  # While nobody looks.
    trail.deliver("low", days_ago=1)
    two = trail.watch(watch, receiver, s3_server)
    eventually(lambda: trail.is_whole(store), 20)
    eventually(lambda: store.outbox()[0] == 0, 20)
    time.sleep(2.5)  # Some more listings, which find nothing.
    metrics = two.metrics()
    assert two.stop()[0] == 0, two.said()
    trail.expect_alerts(receiver)
    assert count(store, "read") == len(trail.kinds) - 1 and count(store, "repeated") == 0
    assert metrics["trailwarden_events_read_total"] == 3
    assert store.number("SELECT count(*) FROM read_objects") == trail.files - 1
    assert "repeated=0" in two.said() and "next try" not in two.said()


def test_a_kill_in_the_midst_of_a_file_loses_nothing(watch, receiver, trail, s3_server):
    """What a transaction took is known when the file is read again from its beginning."""
    trail.deliver(*(["low"] * 400 + ["dangerous"]) * 20)
    trail.deliver("dangerous")
    stored, kills = 0, 0
    for _ in range(6):
        one = trail.watch(watch, receiver, s3_server, "--since", "1h")
        store = running.Store(one.store)
        one.port()
        deadline = time.monotonic() + 20
        while store.number("SELECT count(*) FROM events") == stored < len(trail.kinds):
            assert time.monotonic() < deadline, one.said()
            time.sleep(0.005)
        one.kill()
        stored = store.number("SELECT count(*) FROM events")
        kills += stored < len(trail.kinds)
    last = trail.watch(watch, receiver, s3_server, "--since", "1h")
    eventually(lambda: trail.is_whole(store), 60)
    eventually(lambda: store.number("SELECT count(*) FROM read_objects") == 2, 20)
    eventually(lambda: store.outbox()[0] == 0, 60)
    assert last.stop()[0] == 0, last.said()
    assert kills > 0, "it was never killed in the midst of it"
    trail.expect_alerts(receiver)
    assert store.is_sound()


def test_faults_and_kills_lose_nothing_and_tell_nothing_twice(watch, trail, s3_server, tmp_path):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)

    def deliver():
        trail.deliver(*chance.choices(["dangerous", "low", "harmless"], [2, 3, 5], k=20),
                      region=chance.choice(["eu-central-1", "us-east-1"]),
                      days_ago=chance.choice([0, 0, 0, 1]))  # fmt: skip
        time.sleep(0.3)

    with faults.FaultProxy(s3_server) as proxy, Receiver() as receiver:
        proxy.always = Faulty(
            chance, 0.25, faults.Answer(503, SLOW_DOWN), faults.Answer(500), faults.Reset("before"),
            faults.Reset("after"), faults.Half(), faults.WrongLength(-7), faults.WrongLength(7))  # fmt: skip
        producing = running.Steadily(deliver)
        one = None
        for _ in range(12):
            one = trail.watch(watch, receiver, proxy.url, "--since", "1h")
            time.sleep(chance.uniform(0.1, 3))
            assert one.process.poll() is None, one.said()
            one.kill()
        producing.stop()
        proxy.always.share = 0
        store = running.Store(one.store)
        last = trail.watch(watch, receiver, proxy.url, "--since", "1h")
        last.port()
        eventually(lambda: trail.is_whole(store), 120)
        eventually(lambda: store.number("SELECT count(*) FROM read_objects") == trail.files, 120)
        eventually(lambda: store.outbox()[0] == 0, 60)
        assert last.stop()[0] == 0, last.said()
        trail.expect_alerts(receiver)
        assert receiver.complaints == []
        assert store.is_sound()
        print("files", trail.files, "events", len(trail.kinds), "requests", proxy.attempts)


def test_throttling_backs_off_and_says_so(watch, receiver, trail, s3_server):
    trail.deliver("dangerous")
    with faults.FaultProxy(s3_server) as proxy:
        one = trail.watch(watch, receiver, proxy.url, "--since", "1h")
        store = running.Store(one.store)
        one.port()
        eventually(lambda: trail.is_whole(store), 20)
        proxy.begin(always=faults.Answer(503, SLOW_DOWN, "x-amz-request-id: SLOW1"))
        trail.deliver("dangerous")
        eventually(lambda: one.said().count("next try in") >= 3, 60)
        lines = re.findall(r"S3 ListObjectsV2: SlowDown.*request SLOW1.*next try in (\d+) s", one.said())
        assert [int(pause) for pause in lines[:3]] == [1, 2, 4], one.said()
        assert one.get("/healthz")[0] == 200
        proxy.begin()
        eventually(lambda: trail.is_whole(store), 60)
        assert one.stop()[0] == 0, one.said()
    trail.expect_alerts(receiver)


def test_what_cannot_be_read_is_noted_and_in_nobodys_way(watch, receiver, trail, s3_server):
    bad = trail.deliver("harmless")
    trail.put(bad, b"neither gzip nor JSON")
    trail.deliver("dangerous")
    one = trail.watch(watch, receiver, s3_server, "--since", "1h")
    store = running.Store(one.store)
    one.port()
    eventually(lambda: trail.is_whole(store) and bad in one.said(), 20)
    eventually(lambda: store.number("SELECT count(*) FROM read_objects") == 1, 20)
    assert one.metrics()["trailwarden_failed_deliveries_total"] >= 1
    assert one.stop()[0] == 0, one.said()
    trail.expect_alerts(receiver)


def test_a_bucket_that_is_not_there_is_said_at_once(watch, receiver, trail, s3_server):
    trail.bucket += "-not"
    one = trail.watch(watch, receiver, s3_server)
    assert one.process.wait(30) == 1
    assert re.search(rf"s3://{trail.bucket}/trail/: S3 ListObjectsV2: NoSuchBucket: .*HTTP 404", one.said())
