"""The live sources of src/source against servers that stand in for AWS: what was sent arrives,
whatever is killed in between. Drives source_probe; see source_probe.cpp."""

import gzip
import json
import os
import pathlib
import random
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import conftest
import emulators
import fake_trail
import faults
import pytest
from emulators import Queue, boto, eventually

PROBE = pathlib.Path(
    os.environ.get("TW_SOURCE_PROBE", conftest.PROBE.with_name("source_probe"))
).resolve()
KEY = "a-key-of-enough-characters"


class Source:
    """One source_probe process, and the records that it (or one before it) wrote down."""

    def __init__(self, records, kind, endpoints, **options):
        self.records_file = records
        self.process = subprocess.Popen(
            [PROBE, kind, records, *[f"{name}={value}" for name, value in options.items()]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={
                "HOME": "/nonexistent",
                "AWS_REGION": emulators.REGION,
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY": "secret",
                **endpoints,
            },
        )

    def records(self):
        return self.records_file.read_text().split() if self.records_file.exists() else []

    def finish(self):
        """Ends it in order; its last line and its notes."""
        output, notes = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, notes
        return output, notes

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


def record(number):
    return {
        "eventVersion": "1.08",
        "eventTime": "2026-11-22T08:00:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "awsRegion": "us-east-1",
        "eventID": f"event-{number}",
    }


def by_eventbridge(number):
    return {
        "version": "0",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.iam",
        "detail": record(number),
    }


def in_sns(body):
    return {"Type": "Notification", "TopicArn": "arn:aws:sns:x", "Message": json.dumps(body)}


@pytest.fixture(scope="module")
def store(emulator_folder):
    """A moto of our own, with a bucket; puts a log file there."""
    with emulators.moto_server(emulator_folder) as url:
        s3 = boto("s3", url)
        s3.create_bucket(
            Bucket="logs", CreateBucketConfiguration={"LocationConstraint": emulators.REGION}
        )

        def put(key, numbers):
            text = json.dumps({"Records": [record(number) for number in numbers]})
            s3.put_object(Bucket="logs", Key=key, Body=gzip.compress(text.encode()))

        put.url = url
        yield put


@pytest.fixture
def queue(elasticmq, request):
    return Queue(boto("sqs", elasticmq), request.node.name.replace("[", "-").rstrip("]"))


@pytest.fixture
def consume(elasticmq, store, queue, tmp_path):
    """Starts a consumer of the queue."""
    started = []

    def start(sqs=elasticmq, **options):
        endpoints = {"AWS_ENDPOINT_URL_SQS": sqs, "AWS_ENDPOINT_URL_S3": store.url}
        options = {"url": queue.url, **options}
        started.append(Source(tmp_path / "records", "sqs", endpoints, **options))
        return started[-1]

    yield start
    for source in started:
        if source.process.poll() is None:
            source.kill()


def s3_record(key):
    return {
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "bucket": {"name": "logs"},
            "object": {"key": urllib.parse.quote_plus(key, safe="/")},
        },
    }


def test_every_kind_of_body_leads_to_its_records(store, queue, consume):
    store("AWSLogs/1/a b+c%20ü.json.gz", [1, 2])
    store("AWSLogs/1/d.json.gz", [3])
    store("AWSLogs/1/e+f.json.gz", [4])
    store("AWSLogs/1/g%20h.json.gz", [5])
    store("AWSLogs/1/i.json.gz", [6, 7])
    detail = {"bucket": {"name": "logs"}, "object": {"key": "AWSLogs/1/e+f.json.gz"}}
    bodies = [
        {"Records": [s3_record("AWSLogs/1/a b+c%20ü.json.gz"), s3_record("AWSLogs/1/d.json.gz")]},
        {"version": "0", "detail-type": "Object Created", "source": "aws.s3", "detail": detail},
        in_sns({"s3Bucket": "logs", "s3ObjectKey": ["AWSLogs/1/g%20h.json.gz"]}),
        in_sns({"Records": [s3_record("AWSLogs/1/i.json.gz")]}),
        by_eventbridge(8),
        in_sns(by_eventbridge(9)),
        record(10),
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "logs"},
    ]
    for body in bodies:
        queue.send(body)
    source = consume()
    eventually(queue.is_empty)
    output, notes = source.finish()
    assert sorted(source.records()) == sorted(f"event-{number}" for number in range(1, 11))
    counts = json.loads(output)
    assert counts["received"] == counts["deleted"] == len(bodies), notes
    assert counts["without_logs"] == 1
    assert notes == ""


def test_what_cannot_be_handled_is_put_aside_with_its_reason(queue, consume, elasticmq, tmp_path):
    letters = Queue(boto("sqs", elasticmq), "letters")
    queue.send("hello")
    queue.send({"s3Bucket": "logs", "s3ObjectKey": ["not there"]})
    queue.send(by_eventbridge("bursting"))
    queue.send(by_eventbridge("good"))
    dead_file = tmp_path / "dead.jsonl"
    source = consume(
        dead_file=dead_file, dead_queue=letters.url, fail="bursting", receives_max=2, visibility=10
    )
    eventually(queue.is_empty)
    output, _ = source.finish()
    assert source.records() == ["event-good"]
    written = [json.loads(line) for line in dead_file.read_text().splitlines()]
    reasons = {letter["body"]: letter["reason"] for letter in written}
    assert len(reasons) == 3
    assert reasons["hello"] == "no JSON text"
    [missing] = [reason for body, reason in reasons.items() if "not there" in body]
    assert missing.startswith("failed 2 times: s3://logs/not there: S3 GetObject: NoSuchKey")
    assert "failed 2 times: holds bursting" in reasons.values()
    assert sorted(letters.bodies()) == sorted(dead_file.read_text().splitlines())
    assert json.loads(output)["dead_lettered"] == 3


def test_a_message_stays_hidden_while_it_is_worked_on(queue, consume):
    queue.send(by_eventbridge(1))
    source = consume(visibility=10, work_ms=14_000)
    eventually(queue.is_empty)
    output, _ = source.finish()
    assert source.records() == ["event-1"]
    assert json.loads(output)["received"] == 1


def test_stopping_gives_back_what_is_not_done(queue, consume):
    for number in range(30):
        queue.send(by_eventbridge(number))
    source = consume(visibility=300, work_ms=500, threads=1)
    eventually(lambda: len(source.records()) >= 1)
    source.finish()
    done = len(source.records())
    assert done < 30
    assert sum(queue.counts()) == 30 - done
    # A long poll that was under way when we stopped may have taken some with it.
    assert queue.counts()[0] >= 1
    assert len(set(source.records())) == done


def test_nothing_is_lost_by_kill_9(store, queue, consume):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    sent = set()
    for number in range(60):
        store(f"killed/{number}.json.gz", [number, f"{number}-b"])
        queue.send({"Records": [s3_record(f"killed/{number}.json.gz")]})
        queue.send(by_eventbridge(f"{number}-c"))
        sent |= {f"event-{number}", f"event-{number}-b", f"event-{number}-c"}
    for _ in range(5):
        source = consume(visibility=10, work_ms=30, threads=4)
        time.sleep(chance.uniform(0.1, 1.5))
        source.kill()
    source = consume(visibility=10, threads=4)
    eventually(queue.is_empty)
    output, notes = source.finish()
    assert set(source.records()) == sent, output + notes


class NowAndThen(faults.Fault):
    """Each third request meets a fault."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.faults = [
            faults.Answer(500),
            faults.Answer(503, b"", "Retry-After: 0"),
            faults.Answer(400, b'{"__type":"com.amazonaws.sqs#RequestThrottled","message":"slow"}'),
            faults.Reset("before"),
            faults.Reset("after"),
            faults.Half(),
        ]

    async def __call__(self, proxy, request, writer):
        if self.chance.random() < 1 / 3:
            await self.chance.choice(self.faults)(proxy, request, writer)
        else:
            await super().__call__(proxy, request, writer)


def test_nothing_is_lost_behind_faults_and_kill_9(elasticmq, queue, consume):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    for number in range(200):
        queue.send(by_eventbridge(number))
    with faults.FaultProxy(elasticmq) as proxy:
        proxy.always = NowAndThen(seed)
        for _ in range(3):
            # The first answers decide whether AWS can be reached at all.
            proxy.plan = [faults.Fault()] * 8
            source = consume(sqs=proxy.url, visibility=10, work_ms=20, threads=4)
            time.sleep(chance.uniform(0.5, 3))
            source.kill()
        proxy.plan = [faults.Fault()] * 8
        source = consume(sqs=proxy.url, visibility=10, threads=4)
        eventually(queue.is_empty)
        output, notes = source.finish()
    assert set(source.records()) == {f"event-{number}" for number in range(200)}, output + notes


def test_a_queue_that_is_not_there_is_said_so(queue, consume):
    source = consume(url=queue.url + "-not")
    assert source.process.wait(60) == 1
    _, notes = source.process.communicate()
    assert "-not: SQS ReceiveMessage: " in notes and "is it the URL of a queue" in notes


def post(port, body, key=KEY):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/events",
        data=body.encode(),
        headers={"Content-Type": "application/json", "X-Trailwarden-Key": key},
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_events_that_are_posted(tmp_path):
    source = Source(tmp_path / "records", "http", {}, key=KEY, fail="bursting")
    port = int(source.process.stdout.readline())
    try:
        assert post(port, json.dumps(by_eventbridge(1))) == 200
        assert source.records() == ["event-1"]
        assert post(port, json.dumps([by_eventbridge(2), by_eventbridge(3)])) == 200
        assert post(port, json.dumps(by_eventbridge("bursting"))) == 503
        assert post(port, json.dumps(by_eventbridge(4)), "a-key-of-enough-characterS") == 401
        assert post(port, "hello") == 400
        assert post(port, json.dumps({"a": "x" * 300_000})) == 413
    finally:
        source.finish()
    assert source.records() == ["event-1", "event-2", "event-3"]


def test_lookup_of_several_regions_goes_on_where_it_stopped(tmp_path):
    trail = fake_trail.FakeTrail(
        lambda region: [(number, record(f"{region}-{number}")) for number in range(6)]
    )
    regions = ("eu-north-1", "us-east-1")
    options = {
        "input": "lookup:" + ",".join(regions),
        "since": trail.now - 100,
        "marks": tmp_path / "marks",
    }
    with trail.serving() as url:
        endpoints = {"AWS_ENDPOINT_URL_CLOUDTRAIL": url}
        first = Source(tmp_path / "records", "lookup", endpoints, until=trail.now - 3, **options)
        assert first.process.wait(120) == 0
        early = {f"event-{region}-{number}" for region in regions for number in (3, 4, 5)}
        assert set(first.records()) == early
        second = Source(tmp_path / "records", "lookup", endpoints, until=trail.now, **options)
        assert second.process.wait(120) == 0
        first.process.communicate()
        second.process.communicate()
    every = {f"event-{region}-{number}" for region in regions for number in range(6)}
    assert sorted(second.records()) == sorted(every), "each once, over both runs"
