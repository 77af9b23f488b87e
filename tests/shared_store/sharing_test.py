"""Many sandboxes at once, one table: each event once, one case of an actor, each told once."""

import collections
import random

import emulators
import faults
import pytest
from events import arn_of
from receiver import Answer

from sandboxes import Fleet, Sandbox, event, wanted_ids
from table import Contents

ACTORS = 3


@pytest.fixture
def sandbox(shared, dynamodb, receiver, tmp_path):
    """Starts sandboxes, and ends them after the test."""
    started = []

    def start(url=dynamodb, **env):
        env.setdefault("TRAILWARDEN_SINK", f"webhook:{receiver.url}")
        started.append(Sandbox(tmp_path, shared[1], url, **env))
        return started[-1]

    yield start
    for each in started:
        assert each.end() == []


def kinds_of(told):
    return [one.notice["kind"] for one in told]


def by_case(told):
    cases = collections.defaultdict(list)
    for one in told:
        cases[one.notice["case"]].append(one.notice)
    return cases


def test_cases_go_on_in_another_sandbox(shared, sandbox, receiver):
    first, second = sandbox(), sandbox()
    assert first.invoke(event(1, 1, "low", 0)).response == {"status": "ok"}
    assert receiver.taken == []
    assert second.invoke(event(2, 1, "dangerous", 1)).response == {"status": "ok"}
    assert first.invoke(event(3, 1, "dangerous", 2)).response == {"status": "ok"}
    assert first.invoke(event(2, 1, "dangerous", 1)).response == {"status": "ok"}
    assert kinds_of(receiver.taken) == ["opened", "grown"]
    contents = Contents(*shared)
    assert [case["events"] for case in contents.cases] == [3]
    assert {one["event_id"] for one in contents.events} == wanted_ids([1, 2, 3])
    assert contents.open_messages() == 0


def test_a_harmless_event_asks_nobody(sandbox, receiver):
    with faults.FaultProxy("http://127.0.0.1:9") as proxy:
        one = sandbox(proxy.url)
        assert one.invoke(event(1, 1, "harmless", 0)).response == {"status": "ok"}
        assert proxy.attempts == 0
    assert receiver.taken == []


def test_what_one_sandbox_could_not_send_another_does(sandbox, receiver):
    receiver.plan = lambda: Answer(503)
    first = sandbox()
    assert first.invoke(event(1, 1, "dangerous", 0)).response == {"status": "ok"}
    first.kill()
    assert receiver.taken == []
    receiver.plan = lambda: None
    second = sandbox()

    def is_told():
        second.invoke(event(1, 1, "dangerous", 0))  # Delivered again: it is known.
        return receiver.taken

    emulators.eventually(is_told, 30)
    assert kinds_of(receiver.taken) == ["opened"]


def test_a_table_that_cannot_be_had_fails_the_event(sandbox, receiver):
    refusal = b'{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no"}'
    with faults.FaultProxy("http://127.0.0.1:9") as proxy:
        proxy.always = faults.Answer(400, refusal)
        one = sandbox(proxy.url)
        failed = one.invoke(event(1, 1, "dangerous", 0))
        assert "ResourceNotFoundException" in failed.error["errorMessage"]
    assert receiver.taken == []


def test_a_lost_answer_is_no_conflict(dynamodb, shared, sandbox, receiver):
    with faults.FaultProxy(dynamodb) as proxy:
        one = sandbox(proxy.url)
        # Of the first transaction the answer is lost: behind the actor's item.
        proxy.begin([faults.Fault(), faults.Reset("after")])
        assert one.invoke(event(1, 1, "dangerous", 0)).response == {"status": "ok"}
    assert kinds_of(receiver.taken) == ["opened"]
    assert [case["revision"] for case in Contents(*shared).cases] == [1]


def test_events_of_an_actor_all_at_once(shared, dynamodb, receiver, tmp_path):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    kinds = {}
    bodies = []
    for number in range(60):
        kinds[number] = chance.choice(["dangerous", "low", "harmless"])
        one = event(number, number % ACTORS, kinds[number], chance.randrange(3_000))
        bodies += [one, one]
    chance.shuffle(bodies)

    def start():
        return Sandbox(tmp_path, shared[1], dynamodb, TRAILWARDEN_SINK=f"webhook:{receiver.url}")

    with Fleet(4, start, seed) as fleet:
        fleet.put(bodies)
        fleet.settle(120)
    assert fleet.complaints == []
    print(fleet.tally)

    wanted = {number for number, kind in kinds.items() if kind != "harmless"}
    contents = Contents(*shared)
    stored = collections.Counter(one["event_id"] for one in contents.events)
    assert set(stored) == wanted_ids(wanted)
    assert max(stored.values()) == 1
    assert sorted(case["actor"] for case in contents.cases) == [arn_of(n) for n in range(ACTORS)]
    counts = {case["actor"]: case["events"] for case in contents.cases}
    assert counts == collections.Counter(arn_of(number % ACTORS) for number in wanted)
    assert contents.open_messages() == 0

    told = by_case(receiver.taken)
    assert len(told) == ACTORS
    for notices in told.values():
        assert [one["kind"] for one in notices].count("opened") == 1
        keys = [one["key"] for one in notices]
        assert len(set(keys)) == len(keys)
        revisions = [one["revision"] for one in notices]
        assert revisions == sorted(revisions), "those of a case arrive in their order"
    final = {case["id"]: case["revision"] for case in contents.cases}
    assert {case: notices[-1]["revision"] for case, notices in told.items()} == final


def test_a_schedule_sends_what_is_left(sandbox, receiver):
    receiver.plan = lambda: Answer(503)
    first = sandbox()
    assert first.invoke(event(1, 1, "dangerous", 0)).response == {"status": "ok"}
    first.kill()
    receiver.plan = lambda: None
    second = sandbox()
    tick = {"detail-type": "Scheduled Event", "source": "aws.events", "id": "1", "detail": {}}

    def is_told():
        assert second.invoke(tick).response == {"status": "ok"}
        return receiver.taken

    emulators.eventually(is_told, 30)
    assert kinds_of(receiver.taken) == ["opened"]
