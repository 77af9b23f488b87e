#!/usr/bin/env python3
"""Kills sandboxes of `trailwarden lambda` that share a table, at random moments, under load and behind
faults, and counts what came out.

    tests/shared_store/kill_fleet.py --kills 300

Several sandboxes take messages from one queue, a part of them twice, of some actors all at once. They
reach DynamoDB through a proxy that throttles, cancels transactions, resets and cuts; the webhook's
receiver does the same by itself. What a killed sandbox had in its hands comes again. At the end the
faults cease, attempts that died are taken for over (which takes five minutes otherwise), and each
promise is counted at the table and at the receiving end. Exits 1 when one is broken.
"""

import argparse
import collections
import pathlib
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "watch"))

import running  # noqa: E402
from crash import Faulty, Verdict  # noqa: E402
from receiver import Answer, Receiver, Reset  # noqa: E402
import emulators  # noqa: E402
import faults  # noqa: E402
from events import arn_of  # noqa: E402
import table  # noqa: E402
from sandboxes import Fleet, Sandbox, event, wanted_ids  # noqa: E402

SANDBOXES = 4
ACTORS_AT_ONCE = 5  # Those that events are of at a time; each gets PER_ACTOR.
PER_ACTOR = 12
ALIVE = (0.0, 1.5)  # Seconds between two kills.


def error(code, *reasons):
    listed = ",".join('{"Code":"%s"}' % reason for reason in reasons)
    body = '{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"no","CancellationReasons":[%s]}'
    return faults.Answer(400, (body % (code, listed)).encode())


# What DynamoDB says when it is busy, or when others are; and what networks do.
FAULTS = [
    error("ProvisionedThroughputExceededException"), error("ThrottlingException"),
    error("TransactionCanceledException", "None", "TransactionConflict"),
    error("TransactionCanceledException", "ThrottlingError", "None"),
    error("TransactionInProgressException"), faults.Answer(500), faults.Reset("before"),
    faults.Reset("after"), faults.Half(),
]  # fmt: skip


class Producer:
    """Makes events of some actors at a time, and knows what it made."""

    def __init__(self, chance):
        self.chance = chance
        self.made = {}  # Kind and actor, by number.

    def some(self):
        first = len(self.made) // (ACTORS_AT_ONCE * PER_ACTOR) * ACTORS_AT_ONCE
        bodies = []
        for _ in range(10):
            number = len(self.made)
            kind = self.chance.choices(["dangerous", "low", "harmless"], [3, 4, 3])[0]
            actor = first + self.chance.randrange(ACTORS_AT_ONCE)
            self.made[number] = (kind, actor)
            one = event(number, actor, kind, self.chance.randrange(3_000))
            bodies += [one] * self.chance.choices([1, 2], [85, 15])[0]
        self.chance.shuffle(bodies)
        return bodies

    def kept(self):
        return {n: actor for n, (kind, actor) in self.made.items() if kind != "harmless"}


def keep_busy(fleet, producer, over):
    while not over.is_set():
        if fleet.left < 40:
            fleet.put(producer.some())
        time.sleep(0.02)


def kill_some(fleet, kills, chance, say):
    began = time.monotonic()
    for number in range(kills):
        time.sleep(chance.uniform(*ALIVE) / SANDBOXES)
        victims = [s for s in fleet.sandboxes if s is not None and s.process.poll() is None]
        while not victims and not fleet.errors:
            time.sleep(0.01)
            victims = [s for s in fleet.sandboxes if s is not None and s.process.poll() is None]
        if fleet.errors:
            return
        chance.choice(victims).kill()
        if number % 50 == 49:
            say(f"{number + 1} kills, {time.monotonic() - began:.0f} s, {dict(fleet.tally)}")


def examine(contents, receiver, producer):
    verdict = Verdict()
    kept = producer.kept()
    stored = collections.Counter(one["event_id"] for one in contents.events)
    verdict.note("events made", len(producer.made))
    verdict.note("with findings", len(kept))
    verdict.expect("every event is stored;", set(stored) == wanted_ids(kept),
                   len(set(stored) ^ wanted_ids(kept)))  # fmt: skip
    verdict.expect("each once;", max(stored.values()) == 1, stored.most_common(3))
    counts = collections.Counter(arn_of(actor) for actor in kept.values())
    cases = collections.Counter(case["actor"] for case in contents.cases)
    verdict.note("actors", len(counts))
    verdict.expect("an actor has one case;", set(cases) == set(counts) and max(cases.values()) == 1,
                   [each for each in cases.items() if each[1] != 1][:5])  # fmt: skip
    held = {case["actor"]: case["events"] for case in contents.cases}
    verdict.expect("a case counts its events;", held == counts,
                   [(a, held.get(a), n) for a, n in counts.items() if held.get(a) != n][:5])  # fmt: skip
    verdict.expect("everything is sent;", contents.open_messages() == 0, contents.open_messages())

    told = collections.defaultdict(list)
    seen = set()
    for one in receiver.taken:
        if one.key not in seen:
            told[one.notice["actor"]].append(one.notice)
        seen.add(one.key)
    dangerous = {arn_of(actor) for kind, actor in producer.made.values() if kind == "dangerous"}
    opened = {actor: [one["kind"] for one in all_].count("opened") for actor, all_ in told.items()}
    verdict.note("messages", len(receiver.taken))
    verdict.note("the same key again", len(receiver.taken) - len(seen))
    verdict.note("receiver's answers", dict(receiver.answers))
    verdict.expect("every dangerous case is alerted;", dangerous <= set(told), dangerous - set(told))
    verdict.expect("once;", set(opened.values()) <= {1}, opened)
    verdict.expect("nobody else is alerted of;", set(told) <= set(counts))
    for actor, notices in told.items():
        revisions = [one["revision"] for one in notices]
        verdict.expect("a case's messages keep their order;", revisions == sorted(revisions), actor)
    verdict.expect("nothing to complain of;", not receiver.complaints, receiver.complaints[:3])
    return verdict


def run(kills, seed, dynamodb_url, folder, say=lambda text: None):
    """Runs it; what became of it."""
    chance, faulty = random.Random(seed), random.Random(seed + 1)
    client, name = emulators.boto("dynamodb", dynamodb_url), f"kill-fleet-{seed}"
    table.make(client, name)
    is_faulty = True

    def plan():
        if not is_faulty or faulty.random() > 0.2:
            return None
        return faulty.choice([Answer(429, retry_after=0), Answer(500), Answer(502, done=True),
                              Reset(), Reset(done=True)])  # fmt: skip

    with faults.FaultProxy(dynamodb_url) as proxy, Receiver(plan) as receiver:
        proxy.always = Faulty(faulty, 0.08, *FAULTS)

        def start():
            return Sandbox(folder, name, proxy.url, TRAILWARDEN_SINK=f"webhook:{receiver.url}")

        producer, over = Producer(random.Random(seed + 2)), threading.Event()
        began = time.monotonic()
        with Fleet(SANDBOXES, start, seed) as fleet:
            producing = threading.Thread(target=keep_busy, args=(fleet, producer, over))
            producing.start()
            kill_some(fleet, kills, chance, say)
            over.set()
            producing.join()
            is_faulty = False
            proxy.always.share = 0
            fleet.settle(300)
        dead = table.let_attempts_be_over(client, name)
        last = start()
        deadline = time.monotonic() + 120
        number = len(producer.made)
        while table.Contents(client, name).open_messages() and time.monotonic() < deadline:
            # Of an actor that nobody is told of; it sends what others left.
            last.invoke(event(number, 10_000, "low", 0))
            producer.made[number] = ("low", 10_000)
            time.sleep(0.2)
        last.end()
        verdict = examine(table.Contents(client, name), receiver, producer)
        verdict.figures = {"kills": kills, "seconds": round(time.monotonic() - began),
                           **fleet.tally, "attempts that died": dead,
                           "requests to DynamoDB": proxy.attempts, **verdict.figures}  # fmt: skip
        return verdict


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}, {running.BINARY}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with emulators.dynamodb(folder) as url:
            verdict = run(options.kills, options.seed, url, folder,
                          say=lambda text: print(text, flush=True))  # fmt: skip
    for what, number in verdict.figures.items():
        print(f"{what:40} {number}")
    for promise in verdict.broken:
        print("BROKEN:", promise)
    return 1 if verdict.broken else 0


if __name__ == "__main__":
    sys.exit(main())
