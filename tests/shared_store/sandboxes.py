"""Sandboxes of Lambda: processes of the function, each behind a runtime API of its own, that share a
table and are handed messages by one queue, at least once each."""

import collections
import contextlib
import json
import queue
import random
import subprocess
import threading
import time

import emulators
import running
from events import by_eventbridge, event_id, record
from receiver import SECRET
from runtime_api import RuntimeApi


def event(number, actor, kind, second):
    """Event `number`, of this actor, within an hour."""
    time_of_it = f"2026-11-22T08:{second // 60:02}:{second % 60:02}Z"
    identity = record(actor)["userIdentity"]
    return by_eventbridge(record(number, kind, time_of_it, userIdentity=identity))


def batch(messages):
    """As Lambda hands over messages of an SQS queue: (id, body) each."""
    return {
        "Records": [
            {
                "messageId": str(one),
                "receiptHandle": "x",
                "body": json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-west-1:1:q",
                "awsRegion": "eu-west-1",
            }
            for one, body in messages
        ]
    }


class Sandbox:
    """One process, until it is killed."""

    def __init__(self, folder, table, dynamodb_url, **env):
        self.api = RuntimeApi()
        self.api.__enter__()
        self.api.server.handle_error = lambda *_: None  # A function that was killed.
        environment = emulators.environment(
            AWS_ENDPOINT_URL_DYNAMODB=dynamodb_url,
            AWS_LAMBDA_RUNTIME_API=self.api.address,
            TRAILWARDEN_STORE=f"dynamodb:{table}",
            TRAILWARDEN_WEBHOOK_SECRET=SECRET,
        )
        with open(folder / "sandboxes.log", "ab") as log:
            self.process = subprocess.Popen(
                [running.BINARY.resolve()],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment | env, cwd=folder,
            )  # fmt: skip

    def invoke(self, payload, seconds=60):
        """What came of it: None where the process died of it."""
        invocation = self.api.invoke(payload, seconds)
        deadline = time.monotonic() + seconds
        while not invocation.answered.wait(0.02):
            if self.process.poll() is not None:
                return None
            assert time.monotonic() < deadline, "the function did not answer"
        return invocation

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        self.kill()
        self.api.__exit__()
        return self.api.complaints


class Fleet:
    """`count` sandboxes that take messages from one queue; what they fail at comes again."""

    def __init__(self, count, start, seed=0):
        self.start = start
        self.messages = queue.Queue()
        self.left = 0
        self.lock = threading.Lock()
        self.over = threading.Event()
        self.sandboxes = [None] * count
        self.complaints, self.errors = [], []
        self.tally = collections.Counter()
        self.chance = random.Random(seed)
        self.threads = [threading.Thread(target=self.work, args=(n,)) for n in range(count)]

    def put(self, bodies):
        with self.lock:
            self.left += len(bodies)
        for body in bodies:
            self.messages.put(body)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()
        for sandbox in filter(None, self.sandboxes):
            self.complaints += sandbox.end()

    def settle(self, seconds):
        deadline = time.monotonic() + seconds
        while self.left and not self.errors:
            assert time.monotonic() < deadline, f"{self.left} messages are left; {self.tally}"
            time.sleep(0.05)
        assert not self.errors, self.errors

    def take(self):
        taken = []
        with contextlib.suppress(queue.Empty):
            taken.append(self.messages.get(timeout=0.05))
            while len(taken) < self.chance.randint(1, 4):
                taken.append(self.messages.get_nowait())
        return taken

    def work(self, number):
        try:
            while not self.over.is_set():
                taken = self.take()
                if taken:
                    self.hand_over(number, taken)
        except Exception as error:  # Shown by settle().
            self.errors.append(repr(error))

    def hand_over(self, number, taken):
        sandbox = self.sandboxes[number]
        if sandbox is None or sandbox.process.poll() is not None:
            if sandbox is not None:
                sandbox.end()  # What it leaves open is no fault of its.
            sandbox = self.sandboxes[number] = self.start()
            self.tally["sandboxes"] += 1
        done = sandbox.invoke(batch(enumerate(taken)))
        if done is None:
            self.tally["killed in mid-work"] += 1
            failed = range(len(taken))
        elif done.response is None:
            self.tally["failed"] += 1
            failed = range(len(taken))
        else:
            failed = [int(one["itemIdentifier"]) for one in done.response["batchItemFailures"]]
            self.tally["given back"] += len(failed)
        self.tally["invocations"] += 1
        for one in failed:
            self.messages.put(taken[one])
        with self.lock:
            self.left -= len(taken) - len(failed)


def wanted_ids(numbers):
    return {event_id(number) for number in numbers}
