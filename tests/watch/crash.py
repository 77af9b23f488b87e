#!/usr/bin/env python3
"""Kills `trailwarden watch` at random moments, under load and behind faults, and counts what came out.

    tests/watch/crash.py --rounds 500

A producer keeps putting numbered events on a queue, each of an actor of its own, a part of them
twice. Watch reads the queue through a proxy that throttles, resets and cuts; so are SNS (moto) and
Slack (the strict fake) reached, and the webhook's receiver does the same by itself. Each round kills
the process after a random time and starts it again on the same store. At the end the faults cease,
everything drains, and each promise is counted at the receiving end. Exits 1 when one is broken.
"""

import argparse
import collections
import json
import pathlib
import random
import re
import sys
import tempfile
import time

import running
from running import Steadily, Store, Watch

import emulators  # noqa: E402, I001: found by running
import fake_slack
import faults
from emulators import boto
from events import arn_of, by_eventbridge, event_id, record
from receiver import SECRET, Answer, Receiver, Reset

CHANNEL = "C0ALERTS001"
# Seconds. The queue shows a message again so soon after a kill (watch asks for two minutes), and a
# poll lasts no longer: the queue goes on handing messages to the poll of a process that is dead.
VISIBILITY, LONG_POLL = 4, 2
BATCH = 10
PAUSE = 0.6  # Between two batches of the producer.
START_SHARE, START, WORK = 0.2, (0.0, 0.1), (0.0, 1.0)  # A part of the kills hits the start.


class Faulty(faults.Fault):
    """Passes requests on; of those, `share` meet a fault instead."""

    def __init__(self, chance, share, *kinds, change=lambda request: request):
        self.chance, self.share, self.kinds, self.change = chance, share, kinds, change

    async def __call__(self, proxy, request, writer):
        request = self.change(request)
        if self.chance.random() < self.share:
            await self.chance.choice(self.kinds)(proxy, request, writer)
        else:
            await super().__call__(proxy, request, writer)


def impatient(request):
    """A request to SQS with this test's times instead of its own."""
    head, _, body = request.partition(b"\r\n\r\n")
    body = re.sub(rb'"VisibilityTimeout":\d+', b'"VisibilityTimeout":%d' % VISIBILITY, body)
    body = re.sub(rb'"WaitTimeSeconds":\d+', b'"WaitTimeSeconds":%d' % LONG_POLL, body)
    head = re.sub(rb"(?i)(\r\ncontent-length: *)\d+", rb"\g<1>%d" % len(body), head)
    return head + b"\r\n\r\n" + body


class Producer:
    """Puts events on the queue and knows what it put there."""

    def __init__(self, queue, chance):
        self.queue, self.chance = queue, chance
        self.kinds = {}  # By number.
        self.messages = 0

    def put_batch(self):
        bodies = []
        for _ in range(BATCH):
            if self.kinds and self.chance.random() < 0.15:
                number = self.chance.choice(list(self.kinds))  # Delivered twice.
            else:
                number = len(self.kinds)
                self.kinds[number] = self.chance.choices(["dangerous", "low", "harmless"], [4, 3, 3])[0]
            bodies.append(json.dumps(by_eventbridge(record(number, self.kinds[number]))))
        entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(bodies)]
        answer = self.queue.client.send_message_batch(QueueUrl=self.queue.url, Entries=entries)
        assert len(answer["Successful"]) == BATCH
        self.messages += BATCH
        time.sleep(PAUSE)

    def of_kind(self, kind):
        return {number for number, each in self.kinds.items() if each == kind}


class Surroundings:
    """The queue, the receivers and the faults between them and watch."""

    def __init__(self, sqs_url, moto_url, seed):
        self.chance = random.Random(seed)
        name = f"crash-{seed}"
        self.queue = emulators.Queue(boto("sqs", sqs_url), name)
        self.topic = boto("sns", moto_url).create_topic(Name=name)["TopicArn"]
        self.inbox = emulators.Queue(boto("sqs", moto_url), name)
        self.arrived_by_sns = []
        inbox_arn = f"arn:aws:sqs:{emulators.REGION}:123456789012:{name}"
        boto("sns", moto_url).subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=inbox_arn)
        self.sqs, self.sns = faults.FaultProxy(sqs_url), faults.FaultProxy(moto_url)
        self.slack = fake_slack.FakeSlack()
        fake_slack.HISTORY_PAGE = 200  # Slack's own: the search for a key ends after 25 pages.
        self.slack_proxy = None
        self.receiver = Receiver(self.plan_of_receiver)
        self.is_faulty = True

    def __enter__(self):
        self.slack.__enter__()
        self.slack_proxy = faults.FaultProxy(self.slack.url)
        for each in (self.sqs, self.sns, self.slack_proxy, self.receiver):
            each.__enter__()
        throttled = b'{"__type":"com.amazonaws.sqs#RequestThrottled","message":"slow"}'
        lost = [faults.Reset("before"), faults.Reset("after"), faults.Half()]
        self.sqs.always = Faulty(self.chance, 0.2, faults.Answer(400, throttled), faults.Answer(500),
                                 *lost, change=impatient)  # fmt: skip
        error = b"<ErrorResponse><Error><Code>%s</Code></Error></ErrorResponse>"
        self.sns.always = Faulty(self.chance, 0.2, faults.Answer(400, error % b"Throttling"),
                                 faults.Answer(500, error % b"InternalFailure"), *lost)  # fmt: skip
        limited = faults.Answer(429, b'{"ok":false,"error":"ratelimited"}', "Retry-After: 1")
        self.slack_proxy.always = Faulty(self.chance, 0.2, limited, faults.Answer(500), *lost)
        return self

    def __exit__(self, *_):
        for each in (self.sqs, self.sns, self.slack_proxy, self.receiver, self.slack):
            each.__exit__()

    def plan_of_receiver(self):
        if not self.is_faulty or self.chance.random() > 0.25:
            return None
        return self.chance.choice([
            Answer(429, retry_after=0), Answer(429, retry_after=1), Answer(500),
            Answer(502, done=True), Reset(), Reset(done=True)])  # fmt: skip

    def heal(self):
        self.is_faulty = False
        self.sqs.always.share = self.sns.always.share = self.slack_proxy.always.share = 0

    def watch(self, folder):
        return Watch(
            folder, "--source", f"sqs:{self.queue.url}", "--sink", f"slack:{CHANNEL}",
            "--sink", f"sns:{self.topic}", "--sink", f"webhook:{self.receiver.url}",
            AWS_ENDPOINT_URL_SQS=self.sqs.url, AWS_ENDPOINT_URL_SNS=self.sns.url,
            SLACK_BOT_TOKEN=fake_slack.TOKEN, SLACK_API_URL=self.slack_proxy.url + "/api",
            TRAILWARDEN_WEBHOOK_SECRET=SECRET)  # fmt: skip

    def take_from_inbox(self):
        """Keys and actors of what the topic's subscriber got."""
        bodies = self.inbox.take()
        notices = [json.loads(json.loads(body)["Message"]) for body in bodies]
        self.arrived_by_sns += [(notice["key"], notice["actor"]) for notice in notices]
        if not bodies:
            time.sleep(0.2)


def settle(surroundings, store, seconds):
    """Waits until nothing is under way any more."""
    deadline = time.monotonic() + seconds
    while not (surroundings.queue.is_empty() and store.outbox()[0] == 0):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


class Verdict:
    """What was promised and what came out."""

    def __init__(self):
        self.figures, self.broken = {}, []

    def note(self, what, number):
        self.figures[what] = number

    def expect(self, promise, is_kept, *details):
        if not is_kept:
            self.broken.append(" ".join([promise, *map(str, details)]))

    def alerts(self, where, arrived, dangerous):
        """`arrived`: key and actor of each message that the receiver has."""
        keys = collections.defaultdict(set)
        for key, actor in arrived:
            keys[actor].add(key)
        missing = [actor for actor in dangerous if actor not in keys]
        doubled = {actor: found for actor, found in keys.items() if len(found) > 1}
        self.note(f"{where}: messages", len(arrived))
        self.note(f"{where}: the same key again", len(arrived) - len({key for key, _ in arrived}))
        self.expect(f"{where}: every dangerous case is alerted;", not missing, missing[:5])
        self.expect(f"{where}: a case has one key;", not doubled, list(doubled.items())[:5])
        self.expect(f"{where}: nobody else is alerted of;", set(keys) <= dangerous)


def examine(surroundings, producer, store, settled):
    verdict = Verdict()
    dangerous, low = producer.of_kind("dangerous"), producer.of_kind("low")
    alerted = {arn_of(number) for number in dangerous}
    verdict.expect("everything drains;", settled, surroundings.queue.counts(), store.outbox())
    verdict.expect("SQLite is intact;", store.is_sound())

    stored = collections.Counter(row[0] for row in store.rows("SELECT event_id FROM events"))
    wanted = {event_id(number) for number in dangerous | low}
    verdict.note("events put", producer.messages)
    verdict.note("different ones", len(producer.kinds))
    verdict.note("dangerous", len(dangerous))
    verdict.note("read (with what was redelivered)", store.number(
        "SELECT value FROM counters WHERE name = 'read'"))  # fmt: skip
    verdict.note("known already", store.number("SELECT value FROM counters WHERE name = 'repeated'"))
    verdict.expect("every event is judged;", set(stored) == wanted, wanted ^ set(stored))
    verdict.expect("each once;", max(stored.values()) == 1, stored.most_common(3))
    verdict.expect("each is a case;", store.number("SELECT count(*) FROM cases") == len(wanted))
    read = store.number("SELECT value FROM counters WHERE name = 'read'")
    verdict.expect("all was read;", read >= producer.messages, read)
    verdict.expect("nothing is given up;", store.outbox()[2] == 0,
                   store.rows("SELECT sink, reason FROM outbox WHERE state = 3 LIMIT 3"))  # fmt: skip

    hook = surroundings.receiver
    verdict.alerts("webhook", [(d.key, d.notice["actor"]) for d in hook.taken], alerted)
    verdict.note("webhook: answers", dict(hook.answers))
    verdict.alerts("SNS", surroundings.arrived_by_sns, alerted)
    told = [m["metadata"]["event_payload"] for m in surroundings.slack.posted]
    twice = [key for key, n in collections.Counter(one["key"] for one in told).items() if n > 1]
    cases = {one["case"] for one in told}
    verdict.note("Slack: messages", len(told))
    verdict.expect("Slack: none twice;", not twice, len(twice), twice[:3])
    verdict.expect("Slack: every dangerous case is alerted;", len(cases) == len(alerted), len(cases))
    for where, complaints in (("webhook", hook.complaints), ("Slack", surroundings.slack.complaints)):
        verdict.expect(f"{where}: nothing to complain of;", not complaints, complaints[:3])
    for proxy, name in ((surroundings.sqs, "SQS"), (surroundings.sns, "SNS"),
                        (surroundings.slack_proxy, "Slack")):  # fmt: skip
        verdict.note(f"{name}: requests", proxy.attempts)
    return verdict


def crash(rounds, seed, sqs_url, moto_url, folder, say=lambda text: None):
    """Runs it; what became of it."""
    with Surroundings(sqs_url, moto_url, seed) as surroundings:
        producer = Producer(surroundings.queue, random.Random(seed + 1))
        producer.put_batch()
        producing = Steadily(producer.put_batch)
        subscriber = Steadily(surroundings.take_from_inbox)
        chance = random.Random(seed + 2)
        began = time.monotonic()
        for number in range(rounds):
            watch = surroundings.watch(folder)
            if chance.random() < START_SHARE:
                time.sleep(chance.uniform(*START))
            else:
                watch.port()
                time.sleep(chance.uniform(*WORK))
            if watch.process.poll() is not None:
                raise AssertionError(f"round {number}: it ended by itself: {watch.said()}")
            watch.kill()
            if number % 25 == 24:
                say(f"{number + 1} rounds, {time.monotonic() - began:.0f} s, "
                    f"{len(producer.kinds)} events, {len(surroundings.receiver.taken)} at the webhook")  # fmt: skip
        producing.stop()
        surroundings.heal()
        store = Store(folder / "store.db")
        watch = surroundings.watch(folder)
        settled = settle(surroundings, store, seconds=300)
        status, _ = watch.stop()
        emulators.eventually(surroundings.inbox.is_empty, 60)
        subscriber.stop()
        verdict = examine(surroundings, producer, store, settled)
        verdict.expect("it stops in order;", status == 0, status, watch.said()[-500:])
        verdict.figures = {"kills": rounds, "seconds": round(time.monotonic() - began),
                           **verdict.figures}  # fmt: skip
        return verdict


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}, {running.BINARY}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with emulators.elasticmq(folder) as sqs_url, emulators.moto_server(folder) as moto_url:
            verdict = crash(options.rounds, options.seed, sqs_url, moto_url, folder,
                            say=lambda text: print(text, flush=True))  # fmt: skip
    for what, number in verdict.figures.items():
        print(f"{what:40} {number}")
    for promise in verdict.broken:
        print("BROKEN:", promise)
    return 1 if verdict.broken else 0


if __name__ == "__main__":
    sys.exit(main())
