"""`trailwarden watch` between emulated sources and receivers; all of it on loopback."""

import sys
import pathlib

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import running  # noqa: E402
import emulators  # noqa: E402
from emulator_fixtures import elasticmq, emulator_folder, moto, s3_server  # noqa: E402, F401
from slack_fixture import slack  # noqa: E402, F401
from receiver import Receiver  # noqa: E402


@pytest.fixture
def queue(elasticmq, request):
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)
    return emulators.Queue(emulators.boto("sqs", elasticmq), name[:80])


@pytest.fixture
def receiver():
    with Receiver() as one:
        yield one
        assert one.complaints == []


@pytest.fixture
def watch(tmp_path):
    """Starts watches, and ends them after the test."""
    started = []

    def start(*options, **more):
        started.append(running.Watch(tmp_path, *options, **more))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.kill()
