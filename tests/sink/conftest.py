"""The sinks of src/sink against receivers on loopback. The probe is tests/sink/probe.cpp."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/aws"))  # Emulators and the fault proxy live there.

import emulators  # noqa: E402
from emulator_fixtures import emulator_folder, moto  # noqa: E402, F401
from fake_slack import HOOK, TOKEN  # noqa: E402
from slack_fixture import slack  # noqa: E402, F401

PROBE = pathlib.Path(os.environ.get("TW_SINK_PROBE", ROOT / "build/release/bin/sink_probe")).resolve()


class Probe:
    """One sink_probe process. Its environment is `env` and nothing of ours."""

    def __init__(self, *specs, **env):
        base = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PROBE_SLEEP_SCALE": "0.01",
                "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": emulators.REGION}  # fmt: skip
        self.process = subprocess.Popen(
            [PROBE, *specs], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, encoding="utf-8", env=base | env)  # fmt: skip

    def ask(self, **line):
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"sink_probe ended: {self.process.stderr.read()}"
        return json.loads(answer)

    def send(self, notice, key, **line):
        return self.ask(notice=notice, key=key, **line)

    def end(self):
        """Status and what it said, of a probe that does not start."""
        _, errors = self.process.communicate(timeout=30)
        return self.process.returncode, errors

    def close(self):
        self.process.stdin.close()
        status = self.process.wait(30)
        for stream in (self.process.stdout, self.process.stderr):
            stream.close()
        assert status in (0, 2), f"sink_probe ended with status {status}"


@pytest.fixture
def probe():
    """Makes probes, and ends them after the test."""
    probes = []

    def make(*specs, **env):
        probes.append(Probe(*specs, **env))
        return probes[-1]

    yield make
    for each in probes:
        if each.process.poll() is None:
            each.close()


@pytest.fixture
def bot(slack, probe):
    """A probe whose sink is the fake's channel."""
    return probe("slack:C0ALERTS001", SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL=slack.url + "/api")


@pytest.fixture
def hook(slack, probe):
    return probe("slack", SLACK_WEBHOOK_URL=slack.url + HOOK)
