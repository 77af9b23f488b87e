#!/usr/bin/env python3
"""What an event of a large case costs where two sandboxes of `lambda` share a DynamoDB table.

    bench/shared_case.py                 # a case of 5,000 events, about a minute
    bench/shared_case.py --events 500

One sandbox makes the case; then both are given events of it in turn, so that each finds at every
event that the other went on with the case. Against DynamoDB Local; a proxy counts the requests.
Prints Markdown.
"""

import argparse
import pathlib
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
for room in ("watch", "shared_store"):
    sys.path.insert(0, str(ROOT / "tests" / room))

import running  # noqa: E402
import emulators  # noqa: E402
import faults  # noqa: E402
import table  # noqa: E402
from sandboxes import Sandbox, batch, event  # noqa: E402

TABLE = "shared-case"
AT_ONCE = 25
TURNS = 10


def fill(sandbox, events):
    for begin in range(0, events, AT_ONCE):
        numbers = range(begin, min(begin + AT_ONCE, events))
        bodies = batch([(n, event(n, 1, "low", n * 3_000 // events)) for n in numbers])
        done = sandbox.invoke(bodies)
        assert done.response == {"batchItemFailures": []}, done.response


def one_event(proxy, sandbox, number):
    """Requests to DynamoDB and seconds."""
    before, began = proxy.attempts, time.perf_counter()
    assert sandbox.invoke(event(number, 1, "low", 3_100)).response == {"status": "ok"}
    return proxy.attempts - before, time.perf_counter() - began


def row(name, seen):
    requests, seconds = zip(*seen)
    return (f"| {name} | {statistics.median(requests):.0f} | {statistics.median(seconds) * 1e3:.0f} "
            f"| {max(seconds) * 1e3:.0f} |")  # fmt: skip


def measure(folder, url, events):
    client = emulators.boto("dynamodb", url)
    table.make(client, TABLE)
    with faults.FaultProxy(url) as proxy:
        sandboxes = [Sandbox(folder, TABLE, proxy.url) for _ in range(2)]
        fill(sandboxes[0], events)
        alone = [one_event(proxy, sandboxes[0], events + n) for n in range(TURNS)]
        first = one_event(proxy, sandboxes[1], events + TURNS)
        turns = [one_event(proxy, sandboxes[n % 2], events + TURNS + 1 + n)
                 for n in range(2 * TURNS)]  # fmt: skip
        for each in sandboxes:
            assert each.end() == []
    case = table.Contents(client, TABLE).cases
    assert [one["events"] for one in case] == [events + TURNS + 1 + 2 * TURNS], case
    return alone, [first], turns


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=5_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with emulators.dynamodb(folder) as url:
            alone, first, turns = measure(folder, url, options.events)
    print(f"{running.BINARY}\n\n| one more event of a case of {options.events:,} | requests "
          "| ms: median | most |\n| --- | --- | --- | --- |")  # fmt: skip
    print(row("in the sandbox that made it", alone))
    print(row("in one that never saw it", first))
    print(row("in two by turns", turns))


if __name__ == "__main__":
    main()
