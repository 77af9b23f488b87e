"""Prompts by calls of their own."""

import pytest
from conftest import task_ids
from fake_service import answer_text
from faults import Answer, Reset

TASKS = task_ids(30)
ANSWERS = {name: answer_text(name) for name in TASKS}
THROTTLED = b'{"message": "Too many requests"}'


def test_each_is_asked_once(desk, bedrock):
    done = desk.run(TASKS, engine="direct")
    assert done.error is None and done.answers == ANSWERS
    assert sorted(bedrock.asked_directly) == TASKS
    assert done.states == ["asking"]
    assert done.end["nanos"] == (900 * 1100 + 120 * 5500) * 30


def test_throttling_is_waited_for(watched_desk, bedrock):
    """Longer than a question's retries, and than what opens the breaker."""
    watched_desk.proxies[1].begin([Answer("429", THROTTLED, "x-amzn-ErrorType: ThrottlingException")
                                   for _ in range(40)])
    done = watched_desk.run(TASKS, engine="direct")
    assert done.error is None and done.failed == {} and done.answers == ANSWERS


def test_answers_that_get_lost(watched_desk, bedrock):
    watched_desk.proxies[1].begin([Reset("after"), Reset("before")])
    done = watched_desk.run(TASKS, engine="direct")
    assert done.answers == ANSWERS


def test_what_is_refused_is_told(desk, bedrock):
    bedrock.refuse_directly = {TASKS[4]}
    done = desk.run(TASKS, engine="direct")
    assert done.error is None and set(done.failed) == {TASKS[4]}
    assert (done.end["answered"], done.end["failed"]) == (29, 1)


def test_without_credentials_nothing_is_tried_on(desk, bedrock):
    del desk.environment["AWS_ACCESS_KEY_ID"]
    done = desk.run(TASKS, engine="direct")
    assert "credentials" in done.error and done.failed == {} and bedrock.asked_directly == []


def test_the_budget_is_kept(desk, bedrock):
    done = desk.run(TASKS, engine="direct", cap_tokens=6_000)
    assert done.error is None
    assert 0 < len(done.answers) < 6 and len(done.answers) + len(done.failed) == 30
    assert done.end["budget_tokens"] <= 6_000


@pytest.mark.parametrize("kill", ["kill_before_answer", "kill_after_answer"])
def test_killed_and_resumed(desk, bedrock, kill):
    desk.start(TASKS, engine="direct", **{kill: 10})
    assert desk.finish().status == -9
    before = desk.kept()
    done = desk.run(TASKS, engine="direct")
    assert set(done.answers) == set(TASKS) - set(before)
    assert desk.kept() == ANSWERS
    # Those under way when it died: at most as many as are asked at once.
    assert len(bedrock.asked_directly) <= 30 + 5
