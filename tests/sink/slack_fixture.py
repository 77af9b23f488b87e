"""The stand-in of Slack as a fixture: `from slack_fixture import slack  # noqa: F401`."""

import pytest

from fake_slack import FakeSlack


@pytest.fixture
def slack():
    with FakeSlack() as fake:
        yield fake
        assert fake.complaints == []
