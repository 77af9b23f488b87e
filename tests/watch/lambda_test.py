"""`trailwarden lambda`: what comes of an invocation, by the runtime API's own rules."""

import json
import os
import signal
import subprocess
import time

import pytest

import emulators
import events
import running
from receiver import SECRET, Answer
from runtime_api import RuntimeApi


@pytest.fixture
def api():
    with RuntimeApi() as one:
        yield one
        assert one.complaints == []


@pytest.fixture
def start(api, receiver, tmp_path):
    """Starts the function as Lambda does: without arguments, options in the environment."""
    started = []

    def begin(*arguments, **env):
        environment = emulators.environment(
            AWS_LAMBDA_RUNTIME_API=api.address,
            TRAILWARDEN_SINK=f"webhook:{receiver.url}",
            TRAILWARDEN_WEBHOOK_SECRET=SECRET,
        )
        with open(tmp_path / "function.log", "ab") as log:
            process = subprocess.Popen(
                [running.BINARY.resolve(), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment | env,
                cwd=tmp_path,
            )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


def sqs_event(*bodies):
    return {
        "Records": [
            {
                "messageId": f"m-{i}",
                "receiptHandle": "x",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:1:q",
                "awsRegion": "eu-west-1",
            }
            for i, body in enumerate(bodies)
        ]
    }


def test_an_eventbridge_event_is_told_before_it_is_answered(api, start, receiver):
    start()
    invocation = api.invoke(events.by_eventbridge(events.record(1)))
    assert invocation.wait() == {"status": "ok"}
    assert [one.notice["kind"] for one in receiver.taken] == ["opened"]
    assert api.invoke(events.by_eventbridge(events.record(2, "harmless"))).wait() == {"status": "ok"}
    assert len(receiver.taken) == 1


def test_of_a_batch_only_what_failed_comes_again(api, start, receiver):
    start()
    batch = sqs_event(
        events.by_eventbridge(events.record(1)),
        "this is no event",
        events.by_eventbridge(events.record(2)),
    )
    assert api.invoke(batch).wait() == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    assert len(receiver.taken) == 2


def test_sns_hands_over_messages(api, start, receiver):
    start()
    message = json.dumps(events.by_eventbridge(events.record(1)))
    event = {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": "arn:aws:sns:eu-west-1:1:t:1",
                "Sns": {"Type": "Notification", "MessageId": "1", "Message": message},
            }
        ]
    }
    assert api.invoke(event).wait() == {"status": "ok"}
    assert len(receiver.taken) == 1


def test_objects_of_s3_are_fetched(api, start, receiver, moto):
    s3 = emulators.boto("s3", moto)
    s3.create_bucket(
        Bucket="lambda-trail",
        CreateBucketConfiguration={"LocationConstraint": emulators.REGION},
    ) if emulators.REGION != "us-east-1" else s3.create_bucket(Bucket="lambda-trail")
    key = "AWSLogs/111122223333/CloudTrail/eu-central-1/2026/11/22/a b.json"
    s3.put_object(
        Bucket="lambda-trail", Key=key, Body=json.dumps({"Records": [events.record(1)]}).encode()
    )
    access = s3.meta.client if hasattr(s3, "meta") and hasattr(s3.meta, "client") else s3
    credentials = access._request_signer._credentials
    start(
        AWS_ENDPOINT_URL=moto,
        AWS_ACCESS_KEY_ID=credentials.access_key,
        AWS_SECRET_ACCESS_KEY=credentials.secret_key,
    )

    def notification(name):
        return {
            "Records": [
                {
                    "eventVersion": "2.1",
                    "eventSource": "aws:s3",
                    "awsRegion": emulators.REGION,
                    "eventName": "ObjectCreated:Put",
                    "s3": {
                        "bucket": {"name": "lambda-trail"},
                        "object": {"key": name.replace(" ", "+"), "size": 1},
                    },
                }
            ]
        }

    assert api.invoke(notification(key)).wait() == {"status": "ok"}
    assert len(receiver.taken) == 1
    missing = api.invoke(notification(key + "x"))
    missing.wait()
    assert "NoSuchKey" in missing.error["errorMessage"]


def test_a_sink_that_is_down_fails_the_messages_it_should_have_heard_of(api, start, receiver):
    receiver.plan = lambda: Answer(503)
    start()
    batch = sqs_event(
        events.by_eventbridge(events.record(1)), events.by_eventbridge(events.record(2, "harmless"))
    )
    assert api.invoke(batch).wait() == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}


def test_the_key_of_an_alert_is_the_same_in_every_sandbox(api, start, receiver):
    keys = []
    for _ in range(2):
        process = start()
        api.invoke(events.by_eventbridge(events.record(7))).wait()
        keys.append(receiver.taken[-1].key)
        process.kill()
        process.wait()
    assert keys[0] == keys[1]


def test_a_store_that_lasts_is_gone_on_with(api, start, receiver, tmp_path):
    receiver.plan = lambda: Answer(503)
    store = {"TRAILWARDEN_STORE": str(tmp_path / "shared.db")}
    process = start(**store)
    assert api.invoke(events.by_eventbridge(events.record(1))).wait() == {"status": "ok"}
    assert receiver.taken == []
    process.send_signal(signal.SIGKILL)
    process.wait()
    receiver.plan = lambda: None
    start(**store)
    for attempt in range(20):
        api.invoke(events.by_eventbridge(events.record(100 + attempt, "harmless"))).wait()
        if receiver.taken:
            break
        time.sleep(0.2)  # What was postponed is due a second later.
    assert [one.notice["kind"] for one in receiver.taken] == ["opened"]


def test_no_json_is_an_error_with_a_type(api, start):
    start()
    invocation = api.invoke(b"[1,")
    invocation.wait()
    assert invocation.error["errorType"] == "Trailwarden.NotHandled"
    assert invocation.error_type == "Trailwarden.NotHandled"


def test_a_function_that_cannot_begin_says_why(api, start, tmp_path):
    process = start(TRAILWARDEN_SINK="telegram:me")
    assert process.wait(20) != 0
    assert "telegram" in api.init_error["errorMessage"]


def test_outside_lambda_it_says_what_it_is_for():
    done = subprocess.run(
        [running.BINARY.resolve(), "lambda"],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"]},
        check=False,
    )
    assert done.returncode == 2
    assert "AWS_LAMBDA_RUNTIME_API" in done.stderr


def test_several_sinks_stand_in_one_variable(api, start, receiver, tmp_path):
    start(TRAILWARDEN_SINK=f"webhook:{receiver.url};jsonl:{tmp_path}/told.jsonl")
    api.invoke(events.by_eventbridge(events.record(1))).wait()
    assert len(receiver.taken) == 1
    assert json.loads((tmp_path / "told.jsonl").read_text())["kind"] == "opened"
