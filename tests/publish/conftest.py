"""`trailwarden digest --sink` and scheduled digests against moto (S3, SNS, SQS), a stand-in of Slack
that checks with Slack's own models, and a webhook; all of it on loopback."""

import json
import os
import pathlib
import subprocess
import sys
import uuid

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "tests" / folder) for folder in ("aws", "digest", "sink")]

import emulators  # noqa: E402
from emulator_fixtures import emulator_folder, moto  # noqa: E402, F401
from fake_slack import HOOK, TOKEN  # noqa: E402
from slack_fixture import slack  # noqa: E402, F401

BINARY = pathlib.Path(os.environ.get("TW_BINARY", ROOT / "build/release/bin/trailwarden")).resolve()
DAY = ROOT / "examples/day"
SECRET = "secret"
CHANNEL = "C0ALERTS001"


def words(_):
    """What a model says to any question of a digest."""
    return json.dumps({"matters": [{"text": "The model looked at it.", "events": []}],
                       "actors": [], "routine": [], "todo": []})


class Bucket:
    def __init__(self, url):
        self.name = f"pages-{uuid.uuid4().hex[:12]}"
        self.s3 = emulators.boto("s3", url)
        self.s3.create_bucket(Bucket=self.name, CreateBucketConfiguration={
            "LocationConstraint": emulators.REGION})

    def keys(self):
        listed = self.s3.list_objects_v2(Bucket=self.name)
        return [each["Key"] for each in listed.get("Contents", [])]

    def get(self, key):
        got = self.s3.get_object(Bucket=self.name, Key=key)
        return got["Body"].read().decode(), got["ContentType"]


@pytest.fixture
def bucket(moto):
    return Bucket(moto)


class Topic:
    """A topic with a queue on it."""

    def __init__(self, url):
        name = f"digests-{uuid.uuid4().hex[:12]}"
        self.sns, self.sqs = emulators.boto("sns", url), emulators.boto("sqs", url)
        self.arn = self.sns.create_topic(Name=name)["TopicArn"]
        self.queue = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        self.sns.subscribe(TopicArn=self.arn, Protocol="sqs",
                           Endpoint=f"arn:aws:sqs:{emulators.REGION}:123456789012:{name}")

    def take(self):
        """The notices that arrived, each with its subject."""
        found = []
        while got := self.sqs.receive_message(QueueUrl=self.queue,
                                              MaxNumberOfMessages=10).get("Messages"):
            for message in got:
                body = json.loads(message["Body"])
                found.append(json.loads(body["Message"]) | {"subject": body["Subject"]})
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return found


@pytest.fixture
def topic(moto):
    return Topic(moto)


def environment_at(moto, tmp_path, **more):
    return emulators.environment(
        LC_ALL="C.UTF-8", NO_COLOR="1", XDG_STATE_HOME=str(tmp_path / "state"),
        AWS_SECRET_ACCESS_KEY=SECRET, AWS_ENDPOINT_URL=moto, **more)


@pytest.fixture
def env(moto, tmp_path, slack):
    return environment_at(moto, tmp_path, SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL=slack.url + "/api",
                          SLACK_WEBHOOK_URL=slack.url + HOOK)


@pytest.fixture
def digest(tmp_path, env):
    def run(*arguments, **more):
        return subprocess.run([BINARY, "digest", *map(str, arguments)], cwd=tmp_path, text=True,
                              capture_output=True, timeout=120, check=False, env={**env, **more})

    return run


@pytest.fixture
def left(tmp_path):
    """What runs left in the state folder."""
    def list_state():
        folder = tmp_path / "state/trailwarden"
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    return list_state
