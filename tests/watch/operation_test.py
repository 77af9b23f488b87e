"""Whoever looks after a running watch: health, metrics, stops, full disks, rotated files."""

import json
import re
import resource
import signal
import threading
import time
import urllib.request

import running
from emulators import eventually, free_port
from events import by_eventbridge, event_id, record
from receiver import SECRET, Receiver

KEY = "a-key-of-enough-characters"


def put(queue, bodies):
    for begin in range(0, len(bodies), 10):
        entries = [{"Id": str(i), "MessageBody": body}
                   for i, body in enumerate(bodies[begin:begin + 10])]  # fmt: skip
        answer = queue.client.send_message_batch(QueueUrl=queue.url, Entries=entries)
        assert not answer.get("Failed"), answer


def stored(watch):
    return running.Store(watch.store).number("SELECT count(*) FROM events")


# --- Health, readiness, metrics ---------------------------------------------------------------


def test_what_it_says_of_itself(watch, receiver, tmp_path):
    keys = tmp_path / "keys"
    keys.write_text(KEY + "\n")
    port = free_port()
    one = watch("--source", f"http:127.0.0.1:{port}", "--source-keys", keys, "--listen-keys", keys,
                "--sink", f"webhook:{receiver.url}", "--log", "json",
                TRAILWARDEN_WEBHOOK_SECRET=SECRET)  # fmt: skip
    status_port = json.loads(one_line(one, "watching"))["port"]
    one.port = lambda: int(status_port)
    eventually(lambda: one.get("/readyz")[0] == 200, 10)
    assert one.get("/healthz") == (200, "ok\n")
    assert one.get("/metrics")[0] == 401, "who may read them has a key"
    assert one.get("/")[0] == 404
    body = json.dumps([by_eventbridge(record(1)), by_eventbridge(record(2, "harmless"))])
    headers = {"Content-Type": "application/json", "X-Trailwarden-Key": KEY}
    post = urllib.request.Request(f"http://127.0.0.1:{port}/events", body.encode(), headers)
    with urllib.request.urlopen(post) as answer:
        assert answer.status == 200
    eventually(lambda: len(receiver.taken) == 1, 10)
    ask = urllib.request.Request(
        f"http://127.0.0.1:{status_port}/metrics", headers={"Authorization": f"Bearer {KEY}"})  # fmt: skip

    def metrics():
        with urllib.request.urlopen(ask) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            return answer.read().decode()

    eventually(lambda: re.search(r"^trailwarden_outbox_pending 0$", metrics(), re.M), 10)
    text = metrics()
    for line in ("trailwarden_ready 1", "trailwarden_outbox_dead 0"):
        assert re.search(f"^{line}$", text, re.M), text
    named = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")}
    samples = {re.split(r"[{ ]", line)[0] for line in text.splitlines() if line[:1].isalpha()}
    for sample in samples:
        assert sample in named or re.sub(r"_(bucket|sum|count)$", "", sample) in named, sample
    assert KEY not in one.said() and SECRET not in one.said() and SECRET not in text
    assert one.stop()[0] == 0
    for line in one.said().splitlines():
        json.loads(line)


def one_line(watch, message, seconds=10):
    found = []

    def is_there():
        found[:] = [line for line in watch.said().splitlines() if f'"{message}"' in line]
        return found

    eventually(is_there, seconds)
    return found[0]


# --- Stops ------------------------------------------------------------------------------------


def test_a_stop_in_the_midst_of_work_loses_nothing(watch, queue, elasticmq):
    numbers = range(1_500)
    kinds = {number: "dangerous" if number % 50 == 0 else "low" for number in numbers}
    put(queue, [json.dumps(by_eventbridge(record(n, kinds[n]))) for n in numbers])
    slow = Receiver(lambda: time.sleep(0.02))
    with slow:
        options = ("--source", f"sqs:{queue.url}", "--sink", f"webhook:{slow.url}")
        env = {"AWS_ENDPOINT_URL_SQS": elasticmq, "TRAILWARDEN_WEBHOOK_SECRET": SECRET}
        stops = 0
        while not queue.is_empty() and stops < 10:
            one = watch(*options, **env)
            one.port()
            before = stored(one)
            eventually(lambda: stored(one) > before or queue.is_empty(), 30)
            status, seconds = one.stop()
            stops += 1
            assert status == 0 and seconds < 15, one.said()
            # What was not done is there for the next one; a poll that we left may have some still.
            eventually(lambda: queue.counts()[1] <= 10, 25)
            if stops == 4:
                break
        last = watch(*options, **env)
        eventually(queue.is_empty, 150)
        eventually(lambda: running.Store(last.store).outbox() == (0, 30, 0), 30)
        assert last.stop()[0] == 0
    assert stops >= 2, "it was never in the midst of work"
    assert {row[0] for row in running.Store(last.store).rows("SELECT event_id FROM events")} == {
        event_id(number) for number in numbers
    }
    assert len(slow.keys()) == len(set(slow.keys())) == 30, "a stop leaves nothing in doubt"


# --- A disk that is full ----------------------------------------------------------------------


def test_a_full_disk_acknowledges_nothing_and_goes_on_when_there_is_room(watch, queue, elasticmq):
    """A limit on the size of files stands for the disk: the kernel refuses the store's writes."""
    padding = "x" * 15_000
    numbers = range(300)
    put(queue, [json.dumps(by_eventbridge(record(n, "low", requestParameters={"p": padding})))
                for n in numbers])  # fmt: skip
    one = watch("--source", f"sqs:{queue.url}", "--sink", "jsonl:/dev/null",
                AWS_ENDPOINT_URL_SQS=elasticmq,
                limits=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, -1)))  # fmt: skip
    eventually(lambda: one.metrics()["trailwarden_store_failures_total"] > 0, 30)
    assert (one.get("/readyz")[0], one.get("/healthz")[0]) == (503, 200)
    full = one.metrics()
    assert full["trailwarden_ready"] == 0
    in_store = stored(one)
    assert in_store < len(numbers) and len(numbers) - sum(queue.counts()) <= in_store
    assert "tried again" in one.said()
    resource.prlimit(one.process.pid, resource.RLIMIT_FSIZE, (-1, -1))
    eventually(lambda: one.get("/readyz")[0] == 200, 10)
    eventually(lambda: queue.is_empty(), 30)
    assert one.stop()[0] == 0
    assert stored(one) == len(numbers)
    assert running.Store(one.store).is_sound()


# --- A file that is followed ------------------------------------------------------------------


def test_a_file_is_followed_through_rotation_and_restarts(watch, tmp_path):
    log = tmp_path / "events.jsonl"
    written = []

    def write_and_rotate(over):
        while not over.is_set():
            with open(log, "a") as file:
                for _ in range(20):
                    for _ in range(10):
                        kind = "low" if len(written) % 10 == 0 else "harmless"
                        file.write(json.dumps(record(len(written), kind)) + "\n")
                        written.append(kind)
                    file.flush()
                    time.sleep(0.02)
            log.rename(tmp_path / f"events.jsonl.{len(written)}")

    over = threading.Event()
    writer = threading.Thread(target=write_and_rotate, args=(over,), daemon=True)
    options = ("--source", f"file:{log}", "--sink", "jsonl:/dev/null")
    for stop in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
        one = watch(*options)
        if not written:  # Who comes to a log for the first time reads no older ones.
            one.port()
            writer.start()
            eventually(lambda: stored(one) > 0, 20)
        time.sleep(2)
        one.process.send_signal(stop)
        one.process.wait(30)
    last = watch(*options)
    time.sleep(1)
    over.set()
    writer.join()
    log.touch()
    expected = {event_id(n) for n, kind in enumerate(written) if kind == "low"}
    store = running.Store(last.store)
    eventually(lambda: store.number("SELECT count(*) FROM events") >= len(expected), 20)
    assert last.stop()[0] == 0
    assert {row[0] for row in store.rows("SELECT event_id FROM events")} == expected
