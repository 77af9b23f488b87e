"""Anthropic's Message Batches: what is sent, every result, and runs that die."""

import json
import time

import pytest
from conftest import KillAt, anthropic_desk_at, task_ids
from fake_service import answer_text
from faults import Answer, Fault, FaultProxy, Half, Reset

TASKS = task_ids(12)
ANSWERS = {name: answer_text(name) for name in TASKS}
# Haiku 4.5: 1 and 5 dollars a million, half of it in a batch; nanodollars.
BATCH_NANOS = 900 * 500 + 120 * 2500


@pytest.fixture
def watched_desk(tmp_path, anthropic):
    with FaultProxy(anthropic.url) as proxy:
        desk = anthropic_desk_at(proxy.url, tmp_path)
        desk.proxy = proxy
        yield desk


def test_the_whole_way(anthropic_desk, anthropic):
    done = anthropic_desk.run(TASKS)
    assert done.error is None
    assert done.answers == anthropic_desk.kept() == ANSWERS
    assert done.states == ["in_progress"]
    assert anthropic.asked_directly == []
    (batch,) = anthropic.batches
    assert done.end["jobs"] == [batch.id]
    assert done.end["nanos"] == BATCH_NANOS * 12
    assert batch.requests[TASKS[0]] == {
        "model": "claude-haiku-4-5", "max_tokens": 200,
        "system": [{"type": "text", "text": "Sum up."}],
        "messages": [{"role": "user", "content": f"This is task {TASKS[0]}."}]}
    assert anthropic_desk.run(TASKS).answers == {} and len(anthropic.batches) == 1


def test_every_result(anthropic_desk, anthropic):
    anthropic.plan.errors = {TASKS[1]}
    anthropic.canceled, anthropic.expired = {TASKS[2]}, {TASKS[3]}
    anthropic.plan.missing = {TASKS[4]}
    anthropic.plan.doubled = {TASKS[5]}
    anthropic.plan.extra = [json.dumps({"custom_id": "x", "result": {"type": "expired"}}), "{"]
    done = anthropic_desk.run(TASKS)
    assert done.answers == ANSWERS and done.error is None
    assert sorted(anthropic.asked_directly) == TASKS[1:5]
    assert ("12 records: 8 answered, 3 with an error, 1 missing; 1 came again; 1 of other ids; "
            "1 unreadable lines") in done.told
    assert done.end["nanos"] == BATCH_NANOS * 9 + BATCH_NANOS * 2 * 4, "what comes twice is paid"


def test_canceled_by_somebody(anthropic_desk, anthropic):
    anthropic.statuses = ["in_progress", "canceling", "ended"]
    anthropic.canceled = set(TASKS[6:])
    done = anthropic_desk.run(TASKS)
    assert done.states == ["in_progress", "canceling", "asking"]
    assert done.answers == ANSWERS


def test_a_word_that_nobody_knows(anthropic_desk, anthropic):
    anthropic.statuses = ["pondering", "ended"]
    done = anthropic_desk.run(TASKS)
    assert done.answers == ANSWERS
    assert 'says "pondering", which is no status that we know' in done.told


def test_results_that_are_gone(anthropic_desk, anthropic):
    anthropic.has_results = False
    done = anthropic_desk.run(TASKS)
    assert done.error == (f"Anthropic batch job {anthropic.batches[0].id} ended: ended: its results "
                          "are not there: they are kept for 29 days")


def test_a_wrong_key(anthropic_desk, anthropic):
    anthropic.key = "another"
    done = anthropic_desk.run(TASKS)
    assert "authentication_error: invalid x-api-key" in done.error
    anthropic.key = anthropic_desk.environment["ANTHROPIC_API_KEY"]
    assert anthropic_desk.run(TASKS).answers == ANSWERS


def test_a_stop_leaves_the_batch_running(anthropic_desk, anthropic):
    anthropic.statuses = ["in_progress"]
    anthropic_desk.start(TASKS)
    while not anthropic.batches or anthropic.batches[0].looks < 2:
        time.sleep(0.01)
    anthropic_desk.stop()
    done = anthropic_desk.finish()
    assert f"Anthropic batch job {anthropic.batches[0].id} goes on" in done.error
    anthropic.batches[0].statuses = ["ended"]
    assert anthropic_desk.run(TASKS).answers == ANSWERS
    assert len(anthropic.batches) == 1


@pytest.mark.parametrize("plan", [
    [Reset("after")], [Answer("500", b"{}")], [Reset("before"), Reset("after")],
    [Answer("429", b"{}", "Retry-After: 1"), Reset("after")], [Half()]])
def test_a_creation_that_is_answered_by_nothing(watched_desk, anthropic, plan):
    """The API has no token against it: the batch is looked for before another is created."""
    watched_desk.proxy.begin(plan)
    done = watched_desk.run(TASKS)
    assert done.answers == ANSWERS and done.error is None
    assert len(anthropic.batches) == 1


def test_results_that_break_off(watched_desk, anthropic):
    anthropic.statuses = ["ended"]
    watched_desk.proxy.begin([Fault(), Fault(), Half()])
    done = watched_desk.run(TASKS)
    assert done.error is None and done.answers == ANSWERS
    assert "its output is read again" in done.told
    assert anthropic.asked_directly == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_killed_at_every_call(watched_desk, anthropic, number, when):
    """Create, two looks, the results, and the call that asks for what they lack."""
    anthropic.statuses = ["in_progress", "ended"]
    anthropic.plan.errors = {TASKS[7]}
    watched_desk.proxy.begin(always=KillAt(watched_desk, number, when))
    watched_desk.start(TASKS)
    assert watched_desk.finish().status == -9
    watched_desk.proxy.begin()
    done = watched_desk.run(TASKS)
    assert done.error is None
    assert watched_desk.kept() == ANSWERS
    assert len(anthropic.batches) == 1
    was_lost = number == 5 and when == "after"
    assert anthropic.asked_directly == [TASKS[7]] * (2 if was_lost else 1)


def test_a_batch_of_somebody_else(watched_desk, anthropic):
    """Killed before the batch was created, while another of as many requests was: it is not taken
    for ours."""
    watched_desk.proxy.begin(always=KillAt(watched_desk, 1, "before"))
    watched_desk.start(TASKS)
    assert watched_desk.finish().status == -9
    anthropic.create({"requests": [
        {"custom_id": f"other{number}", "params": {"model": "m", "max_tokens": 1, "messages": []}}
        for number in range(12)]})
    watched_desk.proxy.begin()
    done = watched_desk.run(TASKS)
    assert "it has other records than ours" in done.error and done.answers == {}
    again = watched_desk.run(TASKS)
    assert again.error is None and again.answers == ANSWERS
    assert len(anthropic.batches) == 2
