"""The whole way of a digest on emulators: 20,000 events in a trail's bucket, one batch job, a page in
S3, a message by SNS; and the same killed at each kind of step and run again."""

import concurrent.futures
import gzip
import json
import re
import signal
import subprocess
import threading
import uuid

import emulators
import pytest
from conftest import BINARY, ROOT, Bucket, Topic, environment_at, words
from fake_bedrock import ACCOUNT, CLAUDE, FakeBedrock
from faults import Fault, FaultProxy

EVENTS, IN_A_FILE = 20_000, 1_000
USERS = 100
ATTACKER = "mallory"
FIRST_DAY = "2026/03/11"


def record(number):
    """Every one is another call, so that no two fold into one line."""
    user, call = f"u{number % USERS}", f"GetOfAServiceWithSuchALongNameThatPortionsFillUpSoon{number // USERS}"
    source, name = "s3.amazonaws.com", call
    if number % 4_000 == 7:
        user, source, name = ATTACKER, "cloudtrail.amazonaws.com", "StopLogging"
    return {
        "eventVersion": "1.10", "eventID": f"{number:08}-0000-4000-8000-{number:012}",
        "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/{user}",
                         "accountId": ACCOUNT, "userName": user},
        "eventTime": f"2026-03-11T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        "eventSource": source, "eventName": name, "awsRegion": "eu-north-1",
        "sourceIPAddress": "203.0.113.5", "userAgent": "tool/1.0",
        "requestParameters": {"name": "main"}, "responseElements": None,
        "recipientAccountId": ACCOUNT, "eventType": "AwsApiCall"}


@pytest.fixture(scope="module")
def trail(moto):
    s3, bucket = emulators.boto("s3", moto), f"trail-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={
        "LocationConstraint": emulators.REGION})
    for begin in range(0, EVENTS, IN_A_FILE):
        name = f"{ACCOUNT}_CloudTrail_eu-north-1_20260311T{begin // 3600:02}00Z_{begin:016}.json.gz"
        body = json.dumps({"Records": [record(n) for n in range(begin, begin + IN_A_FILE)]})
        s3.put_object(Bucket=bucket, Body=gzip.compress(body.encode()),
                      Key=f"AWSLogs/{ACCOUNT}/CloudTrail/eu-north-1/{FIRST_DAY}/{name}")
    return bucket


# What a run asks for, in this order: which service, and what its requests look like.
STEPS = {
    "list the trail": ("s3", rb"GET /trail-[^ ]*list-type=2"),
    "read a log file": ("s3", rb"GET /trail-[^ ]*\.json\.gz"),
    "upload the prompts": ("s3", rb"PUT /pages-[^ ]*\.jsonl"),
    "create the job": ("bedrock", rb"POST /model-invocation-job"),
    "look at the job": ("bedrock", rb"GET /model-invocation-job/"),
    "read its answers": ("s3", rb"GET /pages-[^ ]*\.jsonl\.out"),
    "join summaries": ("bedrock", rb"POST /model/"),
    "put the page": ("s3", rb"PUT /pages-[^ ]*\.html"),
    "publish": ("sns", rb"POST / "),
}


class KillAt(Fault):
    """Kills the client at the first request that looks so, "before" or "after" it was done."""

    def __init__(self, pattern, when):
        self.pattern, self.when = re.compile(pattern), when
        self.process, self.struck = None, False
        self.begun = threading.Event()

    async def __call__(self, proxy, request, writer):
        self.begun.wait(10)
        if self.struck or not self.pattern.match(request):
            return await super().__call__(proxy, request, writer)
        self.struck = True
        if self.when == "after":
            await proxy.ask_server(request)
        self.process.send_signal(signal.SIGKILL)
        writer.transport.abort()


class World:
    """A digest to be made: its own Bedrock, bucket and topic; the trail is everybody's."""

    def __init__(self, moto, trail, folder):
        self.bucket, self.topic = Bucket(moto), Topic(moto)
        self.bedrock = FakeBedrock(emulators.boto("s3", moto), emulators.REGION)
        self.bedrock.words, self.bedrock.statuses = words, ["Completed"]
        self.folder, self.moto = folder, moto
        self.command = [
            BINARY, "digest", f"s3://{trail}", "--analyst", "bedrock-invoke", "--model", CLAUDE,
            "--engine", "batch", "--batch-bucket", f"{self.bucket.name}/jobs", "--batch-role",
            f"arn:aws:iam::{ACCOUNT}:role/digest-batch", "--sink", f"s3:{self.bucket.name}/weekly",
            "--sink", f"sns:{self.topic.arn}"]

    def environment(self, **urls):
        at = {"s3": self.moto, "sns": self.moto, "bedrock": self.bedrock.url, **urls}
        return environment_at(
            self.moto, self.folder, AWS_ENDPOINT_URL_S3=at["s3"], AWS_ENDPOINT_URL_SNS=at["sns"],
            AWS_ENDPOINT_URL_BEDROCK=at["bedrock"], AWS_ENDPOINT_URL_BEDROCK_RUNTIME=at["bedrock"])

    def run(self):
        return subprocess.run(self.command, env=self.environment(), cwd=self.folder, text=True,
                              capture_output=True, timeout=300, check=False)

    def run_killed(self, step, when):
        service, pattern = STEPS[step]
        server = self.bedrock.url if service == "bedrock" else self.moto
        with FaultProxy(server) as proxy:
            kill = KillAt(pattern, when)
            proxy.begin(always=kill)
            kill.process = subprocess.Popen(
                self.command, env=self.environment(**{service: proxy.url}), cwd=self.folder,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            kill.begun.set()
            _, errors = kill.process.communicate(timeout=300)
        assert kill.process.returncode == -signal.SIGKILL, (step, when, errors)

    def page(self):
        pages = [key for key in self.bucket.keys() if key.endswith(".html")]
        assert len(pages) == 1, pages
        return self.bucket.get(pages[0])[0]

    def events_in_prompts(self):
        (job,) = self.bedrock.jobs
        prompts = [body["messages"][-1]["content"] for body in job.records.values()]
        # A safe line is ["call",n], any other an object with "n".
        counts = re.compile(r'(?:"n":|\["[^"]+",)(\d+)')
        return sum(int(n) for prompt in prompts for n in counts.findall(prompt))


def check(world, published):
    page = world.page()
    assert "The model looked at it." in page and ATTACKER in page
    assert f"Read {EVENTS:,} = judged {EVENTS:,} + filtered 0 + repeated 0 + skipped 0" in page
    assert world.events_in_prompts() == EVENTS
    assert len(world.bedrock.jobs) == 1
    notices = world.topic.take()
    assert len(notices) in published
    assert len({notice["key"] for notice in notices}) == 1
    assert notices[0]["verdict"] == "dangerous"
    assert notices[0]["page"]["url"].endswith(".html")
    return page


def test_20000_events_in_one_page_out(moto, trail, tmp_path):
    world = World(moto, trail, tmp_path)
    done = world.run()
    assert done.returncode == 0, done.stderr
    check(world, {1})
    (job,) = world.bedrock.jobs
    assert len(job.records) >= 100
    assert list((tmp_path / "state/trailwarden").iterdir()) == []


def test_killed_at_each_step_and_run_again(moto, trail, tmp_path):
    def campaign(step, when):
        folder = tmp_path / f"{step} {when}".replace(" ", "-")
        folder.mkdir()
        world = World(moto, trail, folder)
        world.run_killed(step, when)
        done = world.run()
        assert done.returncode == 0, (step, when, done.stderr)
        # A standard topic cannot be asked what it has: what left unanswered comes again.
        lost = (step, when) == ("publish", "after")
        return check(world, {2} if lost else {1})

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        runs = {(step, when): pool.submit(campaign, step, when)
                for step in STEPS for when in ("before", "after")}
        pages = {each: run.result() for each, run in runs.items()}
    assert len(set(pages.values())) == 1, "whenever it was killed, the page is the same"
