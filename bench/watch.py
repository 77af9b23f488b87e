#!/usr/bin/env python3
"""What `trailwarden watch` costs: the time from an event to its alert, and a burst of 200,000.

    bench/watch.py                       # both, about six minutes
    bench/watch.py --events 2000 --rate 50

Latency: events are posted one by one to the http: source, each dangerous and of an actor of its own,
so that each is an alert; receivers on loopback note when it arrives. Without a model. The same
message posted straight to the receiver shows what the network and the harness take by themselves.
Each receiver is a process of its own, and none collects garbage: in one Python process with the
sender they would stop each other, and all together for 0.3 s, which is not what is measured.
Burst: 200,000 events, one in a hundred with findings, are there at once: as a file, and as 200 log
files in S3 that a queue tells of. Prints Markdown.
"""

import argparse
import concurrent.futures
import gc
import gzip
import http.client
import json
import multiprocessing
import os
import pathlib
import re
import statistics
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/watch"))

import running  # noqa: E402
from running import Store, Watch  # noqa: E402

import emulators  # noqa: E402, I001: found by running
from events import by_eventbridge, record, s3_notification  # noqa: E402
from fake_slack import TOKEN, FakeSlack  # noqa: E402
from receiver import SECRET, Receiver  # noqa: E402

KEY = "a-key-of-enough-characters"
CHANNEL = "C0ALERTS001"
MIB = 1 << 20
BURST, FILES = 200_000, 200


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def median_and_p99(seconds):
    return f"{statistics.median(seconds) * 1e3:.1f} | {quantile(seconds, 0.99) * 1e3:.1f}"


def sync_seconds(folder):
    """How long the disk takes to keep a page: every alert waits for it twice."""
    times = []
    with open(folder / "sync", "wb") as file:
        for _ in range(300):
            file.write(bytes(4096))
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    return times


class TimedSlack(FakeSlack):
    """Notes when each case's first message came."""

    def __init__(self):
        super().__init__()
        self.at = []

    def answer(self, request, raw):
        self.at.append((time.time(), raw))
        super().answer(request, raw)

    def arrivals(self):
        return [(json.loads(raw).get("text", ""), at) for at, raw in self.at]


class TimedReceiver(Receiver):
    def arrivals(self):
        return [(json.dumps(one.notice), one.at) for one in self.taken]


class Apart:
    """A receiver in a process of its own."""

    def __init__(self, kind):
        self.pipe, its_end = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=self.serve, args=(kind, its_end), daemon=True)

    @staticmethod
    def serve(kind, pipe):
        with kind() as server:
            pipe.send(server.url)
            while pipe.recv():
                pipe.send(server.arrivals())

    def __enter__(self):
        self.process.start()
        self.url = self.pipe.recv()
        return self

    def __exit__(self, *_):
        self.pipe.send(False)
        self.process.join()

    def arrivals(self):
        """What came, a text that names its actor, and when."""
        self.pipe.send(True)
        return self.pipe.recv()


class Poster:
    """Posts to one URL over a connection a thread."""

    def __init__(self, port, path, headers):
        self.port, self.path, self.headers = port, path, headers
        self.own = threading.local()

    def post(self, body):
        if not hasattr(self.own, "connection"):
            self.own.connection = http.client.HTTPConnection("127.0.0.1", self.port)
            self.own.connection.connect()
            self.own.connection.sock.setsockopt(6, 1, 1)  # TCP_NODELAY
        self.own.connection.request("POST", self.path, body, self.headers)
        answer = self.own.connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status


def post_steadily(poster, bodies, rate):
    """Posts each body on time; when each was begun."""
    began_at = [0.0] * len(bodies)
    begin = time.monotonic()

    def one(number):
        time.sleep(max(0.0, begin + number / rate - time.monotonic()))
        began_at[number] = time.time()
        poster.post(bodies[number])

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(one, number) for number in range(len(bodies))]:
            done.result()
    return began_at


def network_alone(notice, rate):
    """From here to the receiver's hand, without us in between."""
    with Apart(TimedReceiver) as receiver:
        port = int(receiver.url.split(":")[2].split("/")[0])
        began = post_steadily(Poster(port, "/", {}), [notice] * 1000, rate)
        came = sorted(at for _, at in receiver.arrivals())
        return [at - begun for at, begun in zip(came, sorted(began))]


def latency(folder, events, rate, sinks):
    """The rows of one run."""
    (folder / "keys").write_text(KEY + "\n")
    port = emulators.free_port()
    with Apart(TimedReceiver) as receiver, Apart(TimedSlack) as slack:
        receivers = {"webhook": receiver, "Slack": slack}
        where = {"webhook": f"webhook:{receiver.url}", "Slack": f"slack:{CHANNEL}"}
        watch = Watch(folder, "--source", f"http:127.0.0.1:{port}", "--source-keys",
                      folder / "keys", *[word for s in sinks for word in ("--sink", where[s])],
                      TRAILWARDEN_WEBHOOK_SECRET=SECRET,
                      SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL=slack.url + "/api")  # fmt: skip
        watch.port()
        bodies = [json.dumps(by_eventbridge(record(number))) for number in range(events)]
        headers = {"Content-Type": "application/json", "X-Trailwarden-Key": KEY}
        cpu, began = watch.cpu_seconds(), time.monotonic()
        put_at = post_steadily(Poster(port, "/events", headers), bodies, rate)
        store = Store(watch.store)
        emulators.eventually(lambda: store.outbox() == (0, events * len(sinks), 0), 120)
        took, cpu = time.monotonic() - began, watch.cpu_seconds() - cpu
        numbers = {f"user-{number}": number for number in range(events)}
        arrivals = {sink: receivers[sink].arrivals() for sink in sinks}
        metrics, memory = watch.metrics(), watch.peak_bytes()
        assert watch.stop()[0] == 0
        rows = []
        for sink in sinks:
            seconds = []
            for text, at in arrivals[sink]:
                seconds.append(at - put_at[numbers[re.search(r"user-\d+", text)[0]]])
            assert len(seconds) == events, (sink, len(seconds))
            bounds = histogram(metrics, f'sink="{where[sink].split("/alerts")[0]}')
            rows.append(f"| {' and '.join(sinks)}: {sink} | {events / took:.0f} | "
                        f"{median_and_p99(seconds)} | {bounds} | {cpu / took:.1%} | "
                        f"{memory / MIB:.0f} |")  # fmt: skip
    return rows, arrivals[sinks[0]][0][0]


def histogram(metrics, label):
    """Below which of its bounds half and 99 % of the times lie, in ms."""
    buckets = sorted(
        (float(name.partition('le="')[2].partition('"')[0]), count)
        for name, count in metrics.items()
        if name.startswith("trailwarden_event_to_sent_seconds_bucket") and label in name
    )
    answers = []
    for share in (0.5, 0.99):
        bound = next(bound for bound, count in buckets if count >= buckets[-1][1] * share)
        answers.append(f"≤ {bound * 1e3:g}")
    return ", ".join(answers)


def burst_events():
    for number in range(BURST):
        kind = "low" if number % 100 == 0 else "harmless"
        yield record(number, "dangerous" if number % 2000 == 0 else kind)


def follow_burst(watch, receiver, began):
    """Waits until all is stored and told; the row."""
    store = Store(watch.store)
    told = BURST // 2000
    waiting = 0

    def is_done():
        nonlocal waiting
        metrics = watch.metrics()
        waiting = max(waiting, metrics["trailwarden_waiting"])
        return metrics["trailwarden_events_read_total"] >= BURST

    emulators.eventually(is_done, 600)
    judged = time.monotonic() - began
    emulators.eventually(lambda: store.outbox() == (0, told, 0), 120)
    sent = time.monotonic() - began
    memory, cpu = watch.peak_bytes(), watch.cpu_seconds()
    assert watch.stop()[0] == 0, watch.said()
    stored = store.number("SELECT count(*) FROM events")
    assert stored == BURST // 100, stored
    assert len(receiver.keys()) == len(set(receiver.keys())) == told
    return (f"{judged:.1f} | {BURST / judged:,.0f} | {sent:.1f} | {cpu:.1f} | "
            f"{memory / MIB:.0f} | {waiting:.0f} | 0 |")  # fmt: skip


def burst_as_file(folder):
    with open(folder / "events.jsonl", "w") as file:
        for one in burst_events():
            file.write(json.dumps(one) + "\n")
    with Receiver() as receiver:
        began = time.monotonic()
        watch = Watch(folder, "--source", f"file:{folder / 'events.jsonl'}",
                      "--sink", f"webhook:{receiver.url}",
                      TRAILWARDEN_WEBHOOK_SECRET=SECRET)  # fmt: skip
        return "| file: | " + follow_burst(watch, receiver, began)


def burst_as_queue(folder):
    with emulators.elasticmq(folder) as sqs_url, emulators.versitygw(folder) as s3_url:
        s3 = emulators.boto("s3", s3_url, emulators.ROOT_KEY, emulators.ROOT_SECRET)
        s3.create_bucket(
            Bucket="logs", CreateBucketConfiguration={"LocationConstraint": emulators.REGION})  # fmt: skip
        queue = emulators.Queue(emulators.boto("sqs", sqs_url), "burst")
        records = list(burst_events())
        for number in range(FILES):
            body = gzip.compress(json.dumps({"Records": records[number::FILES]}).encode(), 1)
            s3.put_object(Bucket="logs", Key=f"{number}.json.gz", Body=body)
            queue.send(s3_notification("logs", f"{number}.json.gz"))
        with Receiver() as receiver:
            began = time.monotonic()
            watch = Watch(folder, "--source", f"sqs:{queue.url}",
                          "--sink", f"webhook:{receiver.url}",
                          AWS_ENDPOINT_URL_SQS=sqs_url, AWS_ENDPOINT_URL_S3=s3_url,
                          AWS_ACCESS_KEY_ID=emulators.ROOT_KEY,
                          AWS_SECRET_ACCESS_KEY=emulators.ROOT_SECRET,
                          TRAILWARDEN_WEBHOOK_SECRET=SECRET)  # fmt: skip
            return "| sqs: of S3 objects | " + follow_burst(watch, receiver, began)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=130, help="alerts a second")
    parser.add_argument("--only", choices=["latency", "burst"])
    options = parser.parse_args()
    gc.disable()
    print(f"{running.BINARY}; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        folders = iter(root / str(number) for number in range(9))

        def folder():
            one = next(folders)
            one.mkdir()
            return one

        if options.only != "burst":
            print("| sinks | alerts/s | median ms | p99 ms | event_to_sent: median, p99 ms "
                  "| processor | most memory MiB |\n| --- | --- | --- | --- | --- | --- | --- |")  # fmt: skip
            for sinks in (["webhook"], ["Slack"], ["webhook", "Slack"]):
                rows, notice = latency(folder(), options.events, options.rate, sinks)
                print(*rows, sep="\n", flush=True)
                if sinks == ["webhook"]:
                    alone = network_alone(notice, options.rate)
            print(f"| the network and the receiver alone | {options.rate} | {median_and_p99(alone)} | | | |")
            print(f"| one page to the disk | | {median_and_p99(sync_seconds(root))} | | | |\n")
        if options.only != "latency":
            print("| burst of 200,000 | judged and stored in s | events/s | told in s | "
                  "processor s | most memory MiB | most waiting | lost |\n"
                  "| --- | --- | --- | --- | --- | --- | --- | --- |")  # fmt: skip
            print(burst_as_file(folder()), flush=True)
            print(burst_as_queue(folder()), flush=True)


if __name__ == "__main__":
    main()
