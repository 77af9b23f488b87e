"""`trailwarden explain CASE --store dynamodb:TABLE`: what an alert of a function was about."""

import subprocess

import emulators
import faults
import pytest
import running
from events import arn_of, event_id

from sandboxes import Sandbox, event
from table import Contents


@pytest.fixture
def told(shared, dynamodb, receiver, tmp_path):
    """The alert of a case of two events in the table."""
    sandbox = Sandbox(tmp_path, shared[1], dynamodb, TRAILWARDEN_SINK=f"webhook:{receiver.url}")
    for number in (1, 2):
        assert sandbox.invoke(event(number, 1, "dangerous", number)).response == {"status": "ok"}
    assert sandbox.end() == []
    return receiver.taken[0].notice


@pytest.fixture
def explain(shared, dynamodb):
    def run(name, url=dynamodb, table=shared[1]):
        return subprocess.run(
            [running.BINARY.resolve(), "explain", name, "--store", f"dynamodb:{table}"],
            env=emulators.environment(AWS_ENDPOINT_URL_DYNAMODB=url, NO_COLOR="1"),
            capture_output=True, text=True, timeout=60, check=False)  # fmt: skip

    return run


def test_a_case_with_its_events(told, shared, explain):
    before = Contents(*shared).cases
    done = explain(told["case"])
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("dangerous, risk ")
    for expected in (arn_of(1), event_id(1), event_id(2), "told as dangerous"):
        assert expected in done.stdout
    assert Contents(*shared).cases == before, "nothing was written"


def test_it_needs_rights_to_read_and_no_others(told, dynamodb, explain):
    with faults.FaultProxy(dynamodb) as proxy:
        asked = []

        class Note(faults.Fault):
            async def __call__(self, proxy, request, writer):
                asked.append(request.split(b"DynamoDB_20120810.")[1].split(b"\r\n")[0].decode())
                await super().__call__(proxy, request, writer)

        proxy.begin(always=Note())
        assert explain(told["case"], proxy.url).returncode == 0
    assert set(asked) == {"GetItem", "Query"}


def test_what_is_not_there(told, explain):
    for name in ("c-000000000000", event_id(1)):
        done = explain(name)
        assert (done.returncode, done.stdout) == (1, "")
        assert name in done.stderr and "c-…" in done.stderr and done.stderr.count("\n") == 1
    done = explain(told["case"], table="nobody-made-it")
    assert done.returncode == 1
    assert "DYNAMODB GetItem: ResourceNotFoundException" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "names no table" in explain(told["case"], table="").stderr
