"""trailwarden against services of language models: stand-ins that check what they are sent, and a
small real model."""

import json
import os
import pathlib
import subprocess

import pytest
from fake_model import FakeModel

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("TW_BINARY", ROOT / "build/release/bin/trailwarden")).resolve()
DAY = ROOT / "examples/day"
MODEL = "claude-haiku-4-5"
KEY = "sk-ant-this-is-a-secret"


def environment(**more):
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "NO_COLOR": "1",
            "AWS_EC2_METADATA_DISABLED": "true", **more}


@pytest.fixture
def serve():
    """Starts stand-ins; each ends with the test."""
    running = []

    def start(answer):
        running.append(FakeModel(answer))
        return running[-1]

    yield start
    for fake in running:
        fake.close()


@pytest.fixture
def run(tmp_path):
    """Runs trailwarden; no output of it ever holds the key."""

    def run_in_folder(*arguments, env=None, timeout=120):
        done = subprocess.run([BINARY, *map(str, arguments)], text=True, capture_output=True,
                              cwd=tmp_path, timeout=timeout, check=False,
                              env=environment(**(env or {})))
        assert KEY not in done.stdout + done.stderr
        return done

    return run_in_folder


@pytest.fixture
def scan(run):
    """Runs a scan of `path` with an analyst."""

    def run_scan(*arguments, path=DAY, **more):
        return run("scan", path, *arguments, **more)

    return run_scan


@pytest.fixture
def ask_anthropic(scan):
    """A scan by Anthropic's API at `fake`."""

    def run_scan(fake, *arguments, model=MODEL, **more):
        env = {"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_BASE_URL": fake.url, **more.pop("env", {})}
        return scan("--analyst", "anthropic", "--model", model, *arguments, env=env, **more)

    return run_scan


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def opinions(done):
    """Findings of kind analyst, of all lines."""
    return [finding for line in lines(done) for finding in line["findings"]
            if finding["kind"] == "analyst"]


def many_cases(folder, count):
    """`count` users of whom each deletes a trail in a way of his own."""
    records = []
    for number in range(count):
        for step in range(number + 1):
            records.append({
                "eventVersion": "1.10", "eventID": f"{number:08}-0000-4000-8000-{step:012}",
                "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::111122223333:user/u{number}",
                                 "accountId": "111122223333", "userName": f"u{number}"},
                "eventTime": f"2026-03-11T08:{step // 60:02}:{step % 60:02}Z",
                "eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging",
                "awsRegion": "eu-north-1", "sourceIPAddress": "203.0.113.5",
                "userAgent": f"tool{number}/1.0", "requestParameters": {"name": f"trail-{number}"},
                "responseElements": None, "recipientAccountId": "111122223333"})
    (folder / "many.json").write_text(json.dumps({"Records": records}), encoding="utf-8")
    return folder
