"""`trailwarden lambda` with a DynamoDB table that all sandboxes share; all of it on loopback."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "watch"))

import running  # noqa: E402, F401: finds the emulators
import emulators  # noqa: E402
from emulators import need  # noqa: E402
from receiver import Receiver  # noqa: E402
import table  # noqa: E402


@pytest.fixture(scope="session")
def dynamodb(tmp_path_factory):
    need(emulators.why_no_dynamodb())
    with emulators.dynamodb(tmp_path_factory.mktemp("dynamodb")) as url:
        yield url


@pytest.fixture
def shared(dynamodb, request):
    """A table of this test's own: its client and its name."""
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)[:100]
    client = emulators.boto("dynamodb", dynamodb)
    table.make(client, name)
    return client, name


@pytest.fixture
def receiver():
    with Receiver() as one:
        yield one
        assert one.complaints == []
