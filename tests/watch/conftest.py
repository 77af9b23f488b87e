"""`trailwarden watch` between emulated sources and receivers; all of it on loopback."""

import os
import sys
import pathlib

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import running  # noqa: E402
import emulators  # noqa: E402
from fake_slack import FakeSlack  # noqa: E402
from receiver import Receiver  # noqa: E402


def need(reason):
    """Skips for `reason`, unless there is none; CI has what these tests need."""
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("emulators")


@pytest.fixture(scope="session")
def moto(folder):
    with emulators.moto_server(folder) as url:
        yield url


@pytest.fixture(scope="session")
def elasticmq(folder):
    need(emulators.why_no_elasticmq())
    with emulators.elasticmq(folder) as url:
        yield url


@pytest.fixture
def queue(elasticmq, request):
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)
    return emulators.Queue(emulators.boto("sqs", elasticmq), name[:80])


@pytest.fixture
def slack():
    with FakeSlack() as fake:
        yield fake
        assert fake.complaints == []


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
