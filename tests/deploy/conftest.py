"""`setup` and `teardown` against moto with signatures switched on, and against a stand-in that shows
what moto never does; all of it on loopback."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/aws"))

import emulators  # noqa: E402
from faults import Fault, FaultProxy  # noqa: E402, F401
from fake_cloudformation import KEY, SECRET, FakeCloudFormation  # noqa: E402

BINARY = pathlib.Path(os.environ.get("TW_BINARY", ROOT / "build/release/bin/trailwarden")).resolve()
TEMPLATE = ROOT / "deploy/trailwarden.yaml"
MODEL = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"


class Desk:
    """Where trailwarden is run: a folder, an environment, keys."""

    def __init__(self, folder, url, key, secret, **more):
        self.folder = folder
        self.secret = secret
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "NO_COLOR": "1",
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": emulators.REGION,
            "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_ENDPOINT_URL": url,
            **more,
        }

    def start(self, *arguments, **environment):
        return subprocess.Popen(
            [BINARY, *arguments], cwd=self.folder, env={**self.environment, **environment},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            encoding="utf-8")

    def run(self, *arguments, status=0, **environment):
        done = self.finish(self.start(*arguments, **environment))
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        return done

    def finish(self, process, timeout=60):
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert self.secret not in stdout + stderr
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def options_in(text):
    """The lines for trailwarden.yaml that setup printed."""
    return yaml.safe_load(text)


class KillAt(Fault):
    """Kills the process at its `number`th request, "before" or "after" the server did it."""

    def __init__(self, number, when):
        self.number, self.when = number, when
        self.process = None
        self.count = 0

    async def __call__(self, proxy, request, writer):
        self.count += 1
        if self.count != self.number:
            await super().__call__(proxy, request, writer)
            return
        if self.when == "after":
            await proxy.ask_server(request)
        self.process.kill()
        writer.transport.abort()


def rights_in_docs():
    """The policy that docs/DEPLOY.md lists for whoever runs setup and teardown."""
    text = (ROOT / "docs/DEPLOY.md").read_text()
    return json.loads(re.search(r"```json\n(.*?)```", text, re.S).group(1))


def interrupt(process):
    process.send_signal(signal.SIGINT)


@pytest.fixture
def fake():
    server = FakeCloudFormation(emulators.REGION)
    yield server
    server.close()


@pytest.fixture
def fake_desk(fake, tmp_path):
    return Desk(tmp_path, fake.url, KEY, SECRET)
