#!/usr/bin/env python3
"""Feeds `trailwarden watch` steadily for a long time and looks whether anything grows.

    tests/watch/soak.py --minutes 60 --rate 2000

Events are posted to its http: source, which answers when they are stored, as fast as the rate says
and no faster than watch takes them. One in a hundred has findings, one in five hundred is dangerous
and by a new actor: so cases open, grow, and leave memory again (after twenty minutes there are more
than it keeps there). Alerts go to a webhook on loopback.
Every ten seconds a line says what the process holds; the end says whether that was flat, and counts
what was stored and told. Exits 1 when something grew, or was lost.
"""

import argparse
import http.client
import itertools
import json
import pathlib
import statistics
import sys
import tempfile
import threading
import time

import running
from running import Steadily, Store, Watch

import emulators  # noqa: E402, I001: found by running
from events import by_eventbridge, now, record
from receiver import SECRET, Receiver

BATCH = 100
SENDERS = 4
LOW_ACTORS = 500
KEY = "a-key-of-enough-characters"
# Bytes from the second third to the last: what an allocator's mood explains. In the first third
# caches fill.
GROWTH_MAX = 8 << 20


class Feed:
    """Posts batches on time; what is behind is caught up with."""

    def __init__(self, port, rate):
        self.port, self.seconds_a_batch = port, BATCH / rate
        self.numbers = itertools.count()
        self.lock = threading.Lock()
        self.put = self.dangerous = self.low = 0
        self.began = time.monotonic()
        self.latest = 0.0  # How far behind the worst batch was put.
        self.harmless = ",".join(
            json.dumps(by_eventbridge(record(n, "harmless"))) for n in range(BATCH - 1)
        )
        self.connections = threading.local()

    def batch(self):
        number = next(self.numbers)
        if number % 5 == 0:
            special = record(1_000_000 + number, "dangerous", time=now())
        else:
            special = record(number % LOW_ACTORS, "low", time=now(), eventID=f"low-{number}")
        with self.lock:
            self.put += BATCH
            self.dangerous += number % 5 == 0
            self.low += number % 5 != 0
        return number, f"[{self.harmless},{json.dumps(by_eventbridge(special))}]"

    def send_next(self):
        number, body = self.batch()
        due = self.began + number * self.seconds_a_batch
        time.sleep(max(0.0, due - time.monotonic()))
        self.latest = max(self.latest, time.monotonic() - due)
        connection = getattr(self.connections, "one", None)
        if connection is None:
            connection = self.connections.one = http.client.HTTPConnection("127.0.0.1", self.port)
        headers = {"Content-Type": "application/json", "X-Trailwarden-Key": KEY}
        connection.request("POST", "/events", body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status


def sample(watch, began):
    metrics = watch.metrics()
    return {
        "seconds": round(time.monotonic() - began),
        "events": int(metrics["trailwarden_events_read_total"]),
        "rss_bytes": watch.resident_bytes(),
        "files": watch.files_open(),
        "waiting": int(metrics["trailwarden_waiting"]),
        "outbox": int(metrics["trailwarden_outbox_pending"]),
        "store_bytes": int(metrics["trailwarden_store_bytes"]),
        "cpu_seconds": watch.cpu_seconds(),
    }


def soak(minutes, rate, folder, say):
    keys = folder / "keys"
    keys.write_text(KEY + "\n")
    port = emulators.free_port()
    with Receiver() as receiver:
        watch = Watch(folder, "--source", f"http:127.0.0.1:{port}", "--source-keys", keys,
                      "--sink", f"webhook:{receiver.url}",
                      TRAILWARDEN_WEBHOOK_SECRET=SECRET)  # fmt: skip
        watch.port()
        feed = Feed(port, rate)
        senders = [Steadily(feed.send_next) for _ in range(SENDERS)]
        samples = []
        while time.monotonic() - feed.began < minutes * 60:
            time.sleep(10)
            samples.append(sample(watch, feed.began))
            say(json.dumps(samples[-1]))
        for sender in senders:
            sender.stop()
        store = Store(watch.store)
        emulators.eventually(lambda: len(set(receiver.keys())) >= feed.dangerous, 30)
        told = receiver.keys()
        status, seconds = watch.stop()
        return samples, {
            "events put": feed.put,
            "latest batch, seconds behind": round(feed.latest, 2),
            "events with findings put": feed.low + feed.dangerous,
            "events stored": store.number("SELECT count(*) FROM events"),
            "dangerous cases": feed.dangerous,
            "told": len(set(told)),
            "told twice": len(told) - len(set(told)),
            "stopped with status": status,
            "in seconds": round(seconds, 2),
            "store sound": store.is_sound(),
        }


def third(samples, name, which):
    """The median of the first, second or third third."""
    size = max(1, len(samples) // 3)
    return statistics.median(one[name] for one in samples[which * size : (which + 1) * size])


def judge(samples, counted):
    """The figures, and what is wrong with them."""
    seconds, cpu = samples[-1]["seconds"], samples[-1]["cpu_seconds"]
    mib = 1 << 20
    figures = {
        "events a second": round(samples[-1]["events"] / seconds),
        "processor, share of one core": f"{cpu / seconds:.1%}",
        **{f"memory, {name} third, MiB": round(third(samples, "rss_bytes", which) / mib, 1)
           for which, name in enumerate(("first", "second", "last"))},
        "memory, most, MiB": round(max(one["rss_bytes"] for one in samples) / mib, 1),
        "open files, most": max(one["files"] for one in samples),
        "waiting for the store, most": max(one["waiting"] for one in samples),
        "outbox, most": max(one["outbox"] for one in samples),
        "store, MiB at the end": round(samples[-1]["store_bytes"] / mib, 1),
        **counted,
    }  # fmt: skip
    wrong = []
    if third(samples, "rss_bytes", 2) - third(samples, "rss_bytes", 1) > GROWTH_MAX:
        wrong.append("memory grew")
    if third(samples, "files", 2) > third(samples, "files", 1) + 5:
        wrong.append("open files grew")
    if third(samples, "outbox", 2) > third(samples, "outbox", 1) + 50:
        wrong.append("the outbox grew")
    if counted["events stored"] != counted["events with findings put"]:
        wrong.append("events were lost")
    if counted["told"] != counted["dangerous cases"] or counted["told twice"]:
        wrong.append("alerts were lost, or doubled")
    if counted["stopped with status"] != 0 or not counted["store sound"]:
        wrong.append("it did not end well")
    return figures, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=int, default=2000, help="events a second")
    options = parser.parse_args()
    print(f"{running.BINARY}, {options.minutes} min, {options.rate} events/s", flush=True)
    with tempfile.TemporaryDirectory() as name:
        samples, counted = soak(options.minutes, options.rate, pathlib.Path(name),
                                say=lambda text: print(text, flush=True))  # fmt: skip
    figures, wrong = judge(samples, counted)
    for what, figure in figures.items():
        print(f"{what:34} {figure}")
    for each in wrong:
        print("WRONG:", each)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
