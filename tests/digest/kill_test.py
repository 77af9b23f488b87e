"""kill -9 at every step, and the next run: one job, no task asked twice, no answer lost."""

import pytest
from conftest import KillAt, task_ids
from fake_service import answer_text

TASKS = task_ids(110)
ANSWERS = {name: answer_text(name) for name in TASKS}


def install(desk, which, number, when):
    """Kills at a request to S3 (0) or to Bedrock (1)."""
    desk.proxies[which].begin(always=KillAt(desk, number, when))


def killed_then_resumed(desk, which, number, when):
    install(desk, which, number, when)
    desk.start(TASKS)
    assert desk.finish().status == -9, "it was not killed there"
    for proxy in desk.proxies:
        proxy.begin()
    done = desk.run(TASKS)
    assert done.error is None, done.error
    assert desk.kept() == ANSWERS


@pytest.fixture
def killed_desk(watched_desk, bedrock):
    bedrock.statuses = ["Validating", "InProgress", "Completed"]
    bedrock.plan.missing = {TASKS[5]}
    return watched_desk


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_at_a_call_of_bedrock(killed_desk, bedrock, number, when):
    """Create, three looks, and the call that asks for what the job lacks."""
    killed_then_resumed(killed_desk, 1, number, when)
    assert len(bedrock.jobs) == 1
    # A call that was answered to nobody is the only thing that can come twice.
    was_lost = number == 5 and when == "after"
    assert bedrock.asked_directly == [TASKS[5]] * (2 if was_lost else 1)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_at_a_call_of_s3(killed_desk, bedrock, number, when):
    """Upload, list, and what was written."""
    killed_then_resumed(killed_desk, 0, number, when)
    assert len(bedrock.jobs) == 1
    assert bedrock.asked_directly == [TASKS[5]]


@pytest.mark.parametrize("when", ["kill_before_answer", "kill_after_answer"])
@pytest.mark.parametrize("number", [1, 60, 109, 110])
def test_at_an_answer(killed_desk, bedrock, number, when):
    desk = killed_desk
    desk.start(TASKS, **{when: number})
    assert desk.finish().status == -9
    before = desk.kept()
    assert len(before) == number - (when == "kill_before_answer")
    done = desk.run(TASKS)
    assert done.error is None
    assert set(done.answers) == set(TASKS) - set(before)
    assert desk.kept() == ANSWERS
    assert len(bedrock.jobs) == 1
    was_lost = number == 110 and when == "kill_before_answer"
    assert bedrock.asked_directly == [TASKS[5]] * (2 if was_lost else 1)


def test_between_two_jobs(watched_desk, bedrock):
    """Of two jobs the first was created: the second is created by the next run."""
    desk = watched_desk
    bedrock.statuses = ["Completed"]
    bedrock.records_min = 50
    install(desk, 1, 2, "before")
    desk.start(TASKS, records_max=60, records_min=50)
    assert desk.finish().status == -9
    assert len(bedrock.jobs) == 1
    desk.proxies[1].begin()
    done = desk.run(TASKS, records_max=60, records_min=50)
    assert done.error is None
    assert desk.kept() == ANSWERS
    assert len(bedrock.jobs) == 2
    names = [name for job in bedrock.jobs for name in job.records]
    assert sorted(names) == sorted(TASKS), "each in one job"
    assert bedrock.asked_directly == []
