"""The engines of a digest against stand-ins of batch services and moto's S3; all of it on loopback."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/aws"))

import emulators  # noqa: E402
from faults import Fault, FaultProxy  # noqa: E402

from fake_anthropic import FakeAnthropic  # noqa: E402
from fake_bedrock import ACCOUNT, CLAUDE, KEY, SECRET, FakeBedrock  # noqa: E402

PROBE = pathlib.Path(
    os.environ.get("TW_DIGEST_PROBE", ROOT / "build/release/bin/digest_probe")).resolve()
BUCKET = "digests-111122223333"
ANTHROPIC_KEY = "sk-ant-this-is-a-secret"


def task_ids(count):
    return [f"task{number:08}x" for number in range(count)]


class Outcome:
    """What a probe printed."""

    def __init__(self, text, errors, status):
        self.lines = [json.loads(line) for line in text.splitlines()]
        self.status = status
        self.stderr = errors
        self.answers = {a["id"]: a["text"] for a in self.of("answer")}
        self.failed = {f["id"]: f["line"] for f in self.of("failed")}
        self.told = "\n".join(self.of("tell"))
        self.states = list(dict.fromkeys(p["state"] for p in self.of("progress")))
        self.end = (self.of("end") or [None])[0]
        assert len(self.answers) == len(self.of("answer")), "told twice"
        assert ANTHROPIC_KEY not in text + errors and SECRET not in text + errors

    def of(self, name):
        return [line[name] for line in self.lines if name in line]

    @property
    def error(self):
        return self.end["error"]


class Desk:
    """Orders for a probe, all of one journal."""

    def __init__(self, journal, environment, **order):
        self.journal, self.environment, self.order = journal, environment, order
        self.process = None

    def start(self, tasks, **more):
        order = {**self.order, "journal": str(self.journal), **more,
                 "tasks": [{"id": name, "text": f"This is task {name}."} for name in tasks]}
        self.process = subprocess.Popen(
            [PROBE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, encoding="utf-8", env=self.environment)
        self.process.stdin.write(json.dumps(order))
        self.process.stdin.close()
        self.process.stdin = None
        return self.process

    def finish(self, timeout=120):
        text, errors = self.process.communicate(timeout=timeout)
        return Outcome(text, errors, self.process.returncode)

    def run(self, tasks, **more):
        self.start(tasks, **more)
        outcome = self.finish()
        assert outcome.status == 0, outcome.stderr
        return outcome

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)

    def kept(self):
        """Answers in the journal, by task."""
        lines = [json.loads(line) for line in self.journal.read_text("utf-8").splitlines()]
        answers = [line for line in lines if line.get("key", "").startswith("answer/")]
        result = {line["key"].removeprefix("answer/"): line["value"] for line in answers}
        assert len(result) == len(answers), "kept twice"
        return result


class KillAt(Fault):
    """Kills the client at its `number`th request, "before" or "after" the server did it."""

    def __init__(self, desk, number, when):
        self.desk, self.number, self.when = desk, number, when
        self.count = 0
        self.lock = threading.Lock()

    async def __call__(self, proxy, request, writer):
        with self.lock:
            self.count += 1
            is_due = self.count == self.number
        if is_due and self.when == "after":
            await proxy.ask_server(request)
        if is_due:
            self.desk.kill()
            writer.transport.abort()
            return
        with contextlib.suppress(OSError):
            await super().__call__(proxy, request, writer)


@pytest.fixture(scope="session")
def moto(tmp_path_factory):
    with emulators.moto_server(tmp_path_factory.mktemp("moto")) as url:
        s3 = emulators.boto("s3", url)
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={
            "LocationConstraint": emulators.REGION})
        yield url


@pytest.fixture(scope="session")
def s3(moto):
    return emulators.boto("s3", moto)


@pytest.fixture
def bedrock(s3):
    fake = FakeBedrock(s3, emulators.REGION)
    yield fake
    fake.close()


@pytest.fixture
def anthropic():
    fake = FakeAnthropic(ANTHROPIC_KEY)
    yield fake
    fake.close()


def aws_environment(s3_url, bedrock_url):
    return emulators.environment(
        LC_ALL="C.UTF-8", AWS_PROBE_SLEEP_SCALE="0.01", AWS_ACCESS_KEY_ID=KEY,
        AWS_SECRET_ACCESS_KEY=SECRET, AWS_ENDPOINT_URL_S3=s3_url,
        AWS_ENDPOINT_URL_BEDROCK=bedrock_url, AWS_ENDPOINT_URL_BEDROCK_RUNTIME=bedrock_url)


@pytest.fixture
def desk(tmp_path, moto, bedrock):
    """A desk of Bedrock's batch jobs."""
    return Desk(tmp_path / "journal", aws_environment(moto, bedrock.url), engine="bedrock",
                provider="bedrock", model=CLAUDE, bucket=BUCKET, prefix="weekly",
                role=f"arn:aws:iam::{ACCOUNT}:role/digest-batch")


@pytest.fixture
def watched_desk(desk, moto, bedrock):
    """The same, with a proxy before each server: see KillAt."""
    with FaultProxy(moto) as s3_proxy, FaultProxy(bedrock.url) as bedrock_proxy:
        desk.environment = aws_environment(s3_proxy.url, bedrock_proxy.url)
        desk.proxies = (s3_proxy, bedrock_proxy)
        yield desk


def anthropic_desk_at(url, folder):
    environment = aws_environment("http://127.0.0.1:1", "http://127.0.0.1:1")
    environment |= {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": ANTHROPIC_KEY}
    return Desk(folder / "journal", environment, engine="anthropic", provider="anthropic",
                model="claude-haiku-4-5")


@pytest.fixture
def anthropic_desk(tmp_path, anthropic):
    return anthropic_desk_at(anthropic.url, tmp_path)
