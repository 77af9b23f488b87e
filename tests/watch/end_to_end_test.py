"""From an event on a queue to the message that a person reads: every form, every kind of sink."""

import gzip
import json
import urllib.request

import emulators
import pytest
import running
from emulators import boto
from events import arn_of, by_eventbridge, in_sns, record, s3_notification
from fake_slack import TOKEN
from receiver import SECRET

CHANNEL = "C0ALERTS001"


def soon(is_true):
    emulators.eventually(is_true, 25)


@pytest.fixture(scope="session")
def buckets(s3_server):
    """An S3 server with a bucket of logs, which checks every signature."""
    s3 = boto("s3", s3_server, emulators.ROOT_KEY, emulators.ROOT_SECRET)
    s3.create_bucket(
        Bucket="logs", CreateBucketConfiguration={"LocationConstraint": emulators.REGION}
    )
    return s3_server, s3


def alerts_topic(moto):
    """A topic, and what arrives at it: its messages by their key."""
    topic = boto("sns", moto).create_topic(Name="alerts")["TopicArn"]
    sqs = boto("sqs", moto)
    inbox = sqs.create_queue(QueueName="alerts-inbox")["QueueUrl"]
    inbox_arn = f"arn:aws:sqs:{emulators.REGION}:123456789012:alerts-inbox"
    boto("sns", moto).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=inbox_arn)

    def arrived():
        answer = sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10)
        bodies = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        return [json.loads(body["Message"]) for body in bodies]

    return topic, arrived


def sign_in_without_mfa(number):
    sign_in = record(
        number, eventID=f"sign-in of {number}", eventSource="signin.amazonaws.com",
        eventName="ConsoleLogin", requestParameters=None, eventType="AwsConsoleSignIn",
        responseElements={"ConsoleLogin": "Success"},
        additionalEventData={"MFAUsed": "No", "MobileVersion": "No",
                             "LoginTo": "https://console.aws.amazon.com/"})  # fmt: skip
    return by_eventbridge(sign_in, "AWS Console Sign In via CloudTrail")


def test_every_form_of_event_reaches_every_sink(watch, queue, elasticmq, moto, buckets, slack,
                                                receiver, tmp_path):  # fmt: skip
    s3_url, s3 = buckets
    records = {"Records": [record(1), record(2, "harmless"), record(3, "low")]}
    s3.put_object(Bucket="logs", Key="a/1.json.gz", Body=gzip.compress(json.dumps(records).encode()))
    s3.put_object(Bucket="logs", Key="a/2.json.gz", Body=gzip.compress(json.dumps(
        {"Records": [record(4)]}).encode()))  # fmt: skip
    topic, arrived = alerts_topic(moto)
    queue.send(by_eventbridge(record(0)))
    queue.send(s3_notification("logs", "a/1.json.gz"))
    queue.send(in_sns(json.dumps(s3_notification("logs", "a/2.json.gz"))))
    queue.send(in_sns(json.dumps(by_eventbridge(record(5)))))
    lines = tmp_path / "alerts.jsonl"
    running_watch = watch(
        "--source", f"sqs:{queue.url}", "--sink", f"slack:{CHANNEL}", "--sink", f"sns:{topic}",
        "--sink", f"webhook:{receiver.url}", "--sink", f"jsonl:{lines}",
        "--sink", f"ocsf:{tmp_path / 'ocsf.jsonl'}", "--dashboard-url", "https://soc.example/tw",
        AWS_ACCESS_KEY_ID=emulators.ROOT_KEY, AWS_SECRET_ACCESS_KEY=emulators.ROOT_SECRET,
        AWS_ENDPOINT_URL_SQS=elasticmq, AWS_ENDPOINT_URL_S3=s3_url, AWS_ENDPOINT_URL_SNS=moto,
        SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL=slack.url + "/api",
        TRAILWARDEN_WEBHOOK_SECRET=SECRET)  # fmt: skip
    dangerous = {arn_of(number) for number in (0, 1, 4, 5)}
    store = running.Store(running_watch.store)
    soon(lambda: queue.is_empty() and len(receiver.taken) == 4)
    soon(lambda: store.outbox() == (0, 20, 0))
    assert running_watch.stop()[0] == 0, running_watch.said()

    assert {one.notice["actor"] for one in receiver.taken} == dangerous
    assert {json.loads(line)["actor"] for line in lines.read_text().splitlines()} == dangerous
    assert len((tmp_path / "ocsf.jsonl").read_text().splitlines()) == 4
    assert {notice["actor"] for notice in arrived()} == dangerous
    assert len(set(slack.keys())) == len(slack.messages(CHANNEL)) == 4
    for message in slack.messages(CHANNEL):
        assert message["attachments"][0]["color"] == "#c41616"
        assert "StopLogging" in json.dumps(message)
    # Of what is kept and not told: a case, and no message.
    assert store.rows("SELECT verdict, notified FROM cases WHERE actor = ?", arn_of(3)) == [(0, None)]
    assert store.number("SELECT count(*) FROM events") == 5
    assert store.number("SELECT value FROM counters WHERE name = 'judged'") == 6


def test_a_case_that_grows_is_one_thread(watch, queue, elasticmq, slack):
    """The first alert at once; more of the same brings it up to date; a raised verdict is said."""
    running_watch = watch(
        "--source", f"sqs:{queue.url}", "--sink", f"slack:{CHANNEL}",
        AWS_ENDPOINT_URL_SQS=elasticmq,
        SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL=slack.url + "/api")  # fmt: skip
    queue.send(sign_in_without_mfa(7))
    soon(lambda: len(slack.messages(CHANNEL)) == 1)
    first = slack.messages(CHANNEL)[0]
    queue.send(by_eventbridge(record(7)))
    soon(lambda: len(slack.messages(CHANNEL, first["ts"])) == 1)
    queue.send(by_eventbridge(record(7)))  # The same event again is nothing new.
    queue.send(by_eventbridge(record(7, eventID="one more")))
    soon(queue.is_empty)
    assert running_watch.stop()[0] == 0
    assert len(slack.posted) == 2
    # Its next update is not due yet, and waits for the next start.
    assert running.Store(running_watch.store).outbox() == (1, 2, 0)


def test_a_sign_in_has_a_type_of_its_own(watch, queue, elasticmq, receiver):
    queue.send(sign_in_without_mfa(9))
    watch("--source", f"sqs:{queue.url}", "--sink", f"webhook:{receiver.url}",
          AWS_ENDPOINT_URL_SQS=elasticmq, TRAILWARDEN_WEBHOOK_SECRET=SECRET)  # fmt: skip
    soon(lambda: len(receiver.taken) == 1)
    notice = receiver.taken[0].notice
    assert notice["verdict"] in ("uncertain", "dangerous")
    assert notice["actions"][0]["name"] == "ConsoleLogin" and "second factor" in notice["title"]


def test_events_that_are_posted_are_answered_when_they_are_stored(watch, receiver, tmp_path):
    port = emulators.free_port()
    keys = tmp_path / "keys"
    keys.write_text("a-key-of-enough-characters\n")
    running_watch = watch("--source", f"http:127.0.0.1:{port}", "--source-keys", keys,
                          "--sink", f"webhook:{receiver.url}",
                          TRAILWARDEN_WEBHOOK_SECRET=SECRET)  # fmt: skip
    running_watch.port()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/events", json.dumps(by_eventbridge(record(1))).encode(),
        {"Content-Type": "application/json", "X-Trailwarden-Key": "a-key-of-enough-characters"})  # fmt: skip
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    assert running.Store(running_watch.store).number("SELECT count(*) FROM events") == 1
    soon(lambda: len(receiver.taken) == 1)
