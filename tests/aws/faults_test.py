"""Every client, every fault: what comes of it, how often it was tried, what is said.

docs/RELIABILITY.md holds these outcomes as a table: TW_UPDATE_GOLDEN=1 writes it anew, and without
that the last test of this file compares.
"""

import dataclasses
import json
import os
import pathlib
import re

import pytest

import emulators
from conftest import Probe, b64
from emulators import boto
from faults import (
    Answer,
    ClockAhead,
    FaultProxy,
    Half,
    Loris,
    Reset,
    Silence,
    WrongLength,
)

RELIABILITY = pathlib.Path(__file__).resolve().parents[2] / "docs/RELIABILITY.md"
OUTCOMES = {}  # (fault, client) → the words of the table.


def json_error(status, code):
    body = json.dumps({"__type": f"com.example#{code}", "message": f"it said {code}"})
    return Answer(status, body.encode(), "x-amzn-requestid: req-1")


def query_error(status, code):
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
        f"<Message>it said {code}</Message></Error><RequestId>req-1</RequestId></ErrorResponse>"
    )
    return Answer(status, body.encode())


def s3_error(status, code):
    body = (
        f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>it said {code}</Message>'
        "<RequestId>req-1</RequestId><HostId>h</HostId></Error>"
    )
    return Answer(status, body.encode())


def body_of(fault):
    return fault.bytes.partition(b"\r\n\r\n")[2]


@dataclasses.dataclass(frozen=True)
class Subject:
    """A client, one call of it, and how its service words errors."""

    service: str
    operation: str
    error: callable
    throttling: tuple
    expired: tuple
    skewed: str
    repeats: bool = True  # Whether it may be tried again when it may have been done.

    @property
    def name(self):
        return f"{self.service} {self.operation}"


JSON_WORDS = {
    "error": json_error,
    "throttling": (400, "ThrottlingException"),
    "expired": (400, "ExpiredTokenException"),
    "skewed": "InvalidSignatureException",
}
QUERY_WORDS = {
    "error": query_error,
    "throttling": (400, "Throttling"),
    "expired": (403, "ExpiredToken"),
    "skewed": "SignatureDoesNotMatch",
}
S3_WORDS = {
    "error": s3_error,
    "throttling": (503, "SlowDown"),
    "expired": (400, "ExpiredToken"),
    "skewed": "RequestTimeTooSkewed",
}
SUBJECTS = [
    Subject("S3", "GetObject", **S3_WORDS),
    Subject("S3", "PutObject", **S3_WORDS),
    Subject("S3", "ListObjectsV2", **S3_WORDS),
    Subject("SQS", "GetQueueAttributes", **JSON_WORDS),
    Subject("SQS", "SendMessage", **JSON_WORDS, repeats=False),
    Subject("SNS", "Publish", **QUERY_WORDS, repeats=False),
    Subject("STS", "GetCallerIdentity", **QUERY_WORDS),
    Subject("CLOUDTRAIL", "DescribeTrails", **JSON_WORDS),
    Subject("SECRETS_MANAGER", "GetSecretValue", **JSON_WORDS),
    Subject("CLOUDFORMATION", "DescribeStacks", **QUERY_WORDS),
]


STACK = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'


class Rig:
    """Emulators with something in them, a proxy before each, and probes that go through these."""

    def __init__(self, moto, s3_server):
        sqs, sns = boto("sqs", moto), boto("sns", moto)
        self.sqs = sqs
        self.queue = sqs.create_queue(QueueName="faults")["QueueUrl"]
        self.inbox = sqs.create_queue(QueueName="inbox")["QueueUrl"]
        self.topic = sns.create_topic(Name="faults")["TopicArn"]
        arn = sqs.get_queue_attributes(QueueUrl=self.inbox, AttributeNames=["QueueArn"])
        sns.subscribe(
            TopicArn=self.topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"]
        )
        boto("cloudformation", moto).create_stack(StackName="faults", TemplateBody=STACK)
        boto("secretsmanager", moto).create_secret(Name="hook", SecretString="x" * 200)
        self.s3 = boto("s3", s3_server, emulators.ROOT_KEY, emulators.ROOT_SECRET)
        self.s3.create_bucket(Bucket="faults")
        self.s3.put_object(Bucket="faults", Key="there", Body=b"0123456789" * 20)
        self.proxies = {True: FaultProxy(s3_server), False: FaultProxy(moto)}

    def proxy(self, subject):
        return self.proxies[subject.service == "S3"]

    def input(self, subject):
        return {
            "GetObject": {"Bucket": "faults", "Key": "there"},
            "PutObject": {"Bucket": "faults", "Key": "new", "Body": b64("new")},
            "ListObjectsV2": {"Bucket": "faults"},
            "GetQueueAttributes": {"QueueUrl": self.queue, "AttributeNames": ["All"]},
            "SendMessage": {"QueueUrl": self.queue, "MessageBody": "once"},
            "Publish": {"TopicArn": self.topic, "Message": "once"},
            "GetCallerIdentity": {},
            "DescribeTrails": {},
            "GetSecretValue": {"SecretId": "hook"},
            "DescribeStacks": {"StackName": "faults"},
        }[subject.operation]

    def effects(self, subject):
        """How often the server did it, since it was asked this last."""
        if subject.operation == "PutObject":
            there = self.s3.list_objects_v2(Bucket="faults", Prefix="new").get("KeyCount", 0)
            self.s3.delete_object(Bucket="faults", Key="new")
            return there
        queue = {"SendMessage": self.queue, "Publish": self.inbox}.get(subject.operation)
        if queue is None:
            return 0
        got = self.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        for message in got.get("Messages", []):
            self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return len(got.get("Messages", []))


@pytest.fixture(scope="module")
def rig(moto, s3_server):
    made = Rig(moto, s3_server)
    with made.proxies[True], made.proxies[False]:
        yield made


KEYS = {"key": emulators.ROOT_KEY, "secret": emulators.ROOT_SECRET}


class Trial:
    """One subject in the rig, behind its proxy."""

    def __init__(self, rig, subject, **environment):
        self.rig, self.subject = rig, subject
        self.proxy = rig.proxy(subject)
        environment = {**KEYS, **environment}
        self.probe = Probe(environment.pop("url", self.proxy.url), **environment)
        self.rig.effects(subject)
        self.proxy.begin()

    def run(self, **line):
        answer = self.probe.call(
            self.subject.service,
            self.subject.operation,
            input=self.rig.input(self.subject),
            **line,
        )
        self.failure = answer.get("failure")
        self.done = self.rig.effects(self.subject)
        return answer

    def note(self, fault, words):
        OUTCOMES[fault, self.subject.name] = words

    def worked_after(self, attempts, fault):
        assert self.failure is None, self.failure
        assert self.proxy.attempts == attempts
        if not self.subject.repeats or self.subject.operation == "PutObject":
            assert self.done == 1
        self.note(fault, "works" if attempts == 1 else f"works at attempt {attempts}")

    def failed(self, fault, kind, attempts, done=None):
        assert self.failure, "it worked"
        assert self.failure["kind"] == kind, self.failure
        assert self.failure["attempts"] == self.proxy.attempts == attempts, self.failure
        line = self.failure["line"]
        assert line.startswith(self.subject.name + ": ") and "\n" not in line
        if done is not None:
            assert self.done == done
        effect = "" if done is None else ", done once" if done else ", not done"
        tries = "1 attempt" if attempts == 1 else f"{attempts} attempts"
        self.note(fault, f"fails after {tries}{effect}")


def id_of(subject):
    return subject.name.replace(" ", "-")


# S3 answers PutObject with an empty body: there is nothing to drag out or to cut.
with_body = pytest.mark.parametrize(
    "trial", [each for each in SUBJECTS if each.operation != "PutObject"], indirect=True, ids=id_of
)


@pytest.fixture(params=SUBJECTS, ids=id_of)
def trial(rig, request):
    trials = []

    def make(**environment):
        trials.append(Trial(rig, request.param, **environment))
        return trials[-1]

    yield make
    for each in trials:
        each.probe.close()


def survives(trial, fault, name, **line):
    """A fault that may have been done: what may be repeated is, the rest is reported."""
    trial.proxy.begin([fault])
    trial.run(**line)
    if trial.subject.repeats:
        trial.worked_after(2, name)


def test_throttled(trial):
    here = trial()
    here.proxy.begin([here.subject.error(*here.subject.throttling)])
    here.run()
    here.worked_after(2, "throttled once")


def test_too_many_requests(trial):
    here = trial()
    here.proxy.begin([Answer(429, b""), Answer(429, b"", "Retry-After: 1")])
    here.run()
    here.worked_after(3, "429 twice")


def test_throttled_for_ever(trial):
    here = trial()
    here.proxy.begin(always=here.subject.error(*here.subject.throttling))
    here.run()
    here.failed("throttled for ever", "Exhausted", 3, done=0 if not here.subject.repeats else None)
    status, code = here.subject.throttling
    expected = f"{here.subject.name}: {code}: it said {code} (HTTP {status}, request req-1, 3 attempts)"
    assert here.failure["line"] == expected


@pytest.mark.parametrize("status", [500, 503])
def test_server_error(trial, status):
    here = trial()
    survives(here, here.subject.error(status, "InternalError"), f"{status} once")
    if not here.subject.repeats:
        here.failed(f"{status} once", "Exhausted", 1, done=0)
        assert "not tried again, as it may have been done" in here.failure["line"]


def test_server_error_for_ever(trial):
    here = trial()
    here.proxy.begin(always=here.subject.error(500, "InternalError"))
    here.run()
    here.failed("500 for ever", "Exhausted", 3 if here.subject.repeats else 1)


def test_reset_before_the_server_saw_it(trial):
    here = trial()
    survives(here, Reset("before"), "connection reset, request lost")
    if not here.subject.repeats:
        here.failed("connection reset, request lost", "Unreachable", 1, done=0)


def test_reset_after_the_server_did_it(trial):
    here = trial()
    survives(here, Reset("after"), "connection reset, answer lost")
    if not here.subject.repeats:
        here.failed("connection reset, answer lost", "Unreachable", 1, done=1)


def test_half_an_answer(trial):
    here = trial()
    survives(here, Half(), "half an answer")
    if not here.subject.repeats:
        here.failed("half an answer", "Unreachable", 1, done=1)


@with_body
def test_silence(trial):
    here = trial()
    survives(here, Silence(), "silence in mid-answer", silence_ms=300)
    if not here.subject.repeats:
        here.failed("silence in mid-answer", "Unreachable", 1, done=1)


@with_body
def test_slow_loris(trial):
    here = trial()
    survives(here, Loris(), "slow-loris answer", total_ms=600)
    if not here.subject.repeats:
        here.failed("slow-loris answer", "Unreachable", 1, done=1)


def test_content_length_too_long(trial):
    here = trial()
    survives(here, WrongLength(+10), "Content-Length too long")
    if not here.subject.repeats:
        here.failed("Content-Length too long", "Unreachable", 1, done=1)


@with_body
def test_content_length_too_short(trial):
    here = trial()
    here.proxy.begin([WrongLength(-5)])
    answer = here.run()
    if here.subject.operation == "GetObject":
        # Nothing in the answer tells; what reads the object does (gzip, the digest's hash).
        assert len(answer["output"]["Body"]) < len(b64(b"0123456789" * 20))
        here.note("Content-Length too short", "cut object, seen by its reader")
    elif here.subject.repeats:
        here.worked_after(2, "Content-Length too short")
    else:
        here.failed("Content-Length too short", "Unreadable", 1, done=1)


def test_expired_keys_are_renewed(trial, tmp_path):
    """Keys of a credential_process, whose second answer is as good as the first."""
    calls = tmp_path / "calls"
    script = tmp_path / "keys"
    keys = {"Version": 1, "AccessKeyId": KEYS["key"], "SecretAccessKey": KEYS["secret"]}
    script.write_text(f"#!/bin/sh\necho call >> {calls}\necho '{json.dumps(keys)}'\n")
    script.chmod(0o755)
    config = tmp_path / "config"
    config.write_text(f"[default]\ncredential_process = {script}\n")
    here = trial(key=None, AWS_CONFIG_FILE=str(config))
    here.proxy.begin([here.subject.error(*here.subject.expired)])
    here.run()
    here.worked_after(2, "credentials expired in mid-run")
    assert calls.read_text().count("call") == 2


def test_expired_keys_that_stay_so(trial):
    here = trial()
    here.proxy.begin(always=here.subject.error(*here.subject.expired))
    here.run()
    here.failed("credentials expired, no new ones", "Credentials", 2)
    assert here.subject.expired[1] in here.failure["line"]


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_clock_skew(trial, seconds):
    here = trial()
    here.run()
    assert here.failure is None
    refusal = body_of(here.subject.error(403, here.subject.skewed))
    here.proxy.begin(always=ClockAhead(seconds, refusal))
    here.run()
    assert here.failure is None, here.failure
    assert here.proxy.attempts == 2
    here.run()
    assert (here.failure, here.proxy.attempts) == (None, 3), "what was learned is kept"
    here.note("clock an hour off", "works at attempt 2, then at once")


def test_no_such_host(trial):
    here = trial(url="http://no-such-host.invalid")
    here.run()
    assert here.failure["kind"] == "Unreachable" and here.failure["attempts"] == 3, here.failure
    assert "no-such-host.invalid" in here.failure["line"]
    here.note("name does not resolve", "fails after 3 attempts")


def test_connection_refused(trial):
    port = emulators.free_port()
    here = trial(url=f"http://127.0.0.1:{port}")
    here.run()
    assert here.failure["kind"] == "Unreachable" and here.failure["attempts"] == 3, here.failure
    here.note("connection refused", "fails after 3 attempts")


def test_quota_of_retries(rig):
    """A service that is down for long is not asked three times by each of a hundred calls."""
    subject = SUBJECTS[-1]
    here = Trial(rig, subject)
    here.proxy.begin(always=subject.error(500, "InternalError"))
    for _ in range(60):
        here.run()
    assert here.proxy.attempts == 60 + 100, "500 tokens at 5 a retry"
    assert "too many calls have been" in here.failure["line"]
    here.probe.close()


def table():
    clients = [subject.name for subject in SUBJECTS]
    faults = list(dict.fromkeys(fault for fault, _ in OUTCOMES))
    lines = ["| fault | " + " | ".join(clients) + " |", "| --- |" + " --- |" * len(clients)]
    for fault in faults:
        cells = [OUTCOMES.get((fault, client), "does not apply") for client in clients]
        lines.append(f"| {fault} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def test_reliability_document():
    """Runs last: the table in docs/RELIABILITY.md is what was seen above."""
    if len({client for _, client in OUTCOMES}) < len(SUBJECTS) or len(OUTCOMES) < 100:
        pytest.skip("only some of the faults were tried")
    between = re.compile(r"(?<=<!-- faults -->\n).*(?=\n<!-- end of faults -->)", re.DOTALL)
    text = RELIABILITY.read_text(encoding="utf-8")
    if os.environ.get("TW_UPDATE_GOLDEN"):
        text = between.sub(lambda _: table(), text)
        RELIABILITY.write_text(text, encoding="utf-8")
    assert between.search(text).group() == table(), "see TW_UPDATE_GOLDEN"
