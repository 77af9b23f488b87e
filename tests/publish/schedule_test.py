"""Digests by the clock: `watch --digest-at`, and digests of a store."""

import contextlib
import datetime
import gzip
import importlib.util
import json
import re
import signal
import sqlite3
import subprocess
import time

import pytest
from conftest import BINARY, CHANNEL, ROOT, words
from fake_anthropic import FakeAnthropic
from fake_slack import Refuse

spec = importlib.util.spec_from_file_location("watch_events", ROOT / "tests/watch/events.py")
events = importlib.util.module_from_spec(spec)
spec.loader.exec_module(events)


def ago(minutes):
    return int(time.time()) - minutes * 60


def text_of(moment):
    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime(
        "%Y-%m-%dT%H:%M:%SZ")


class Watch:
    def __init__(self, folder, env, *options):
        self.folder, self.env, self.options = folder, env, options
        self.store = folder / "store.db"
        self.log = folder / "watch.log"
        self.events = folder / "events.jsonl"
        self.events.touch()
        self.process = None

    def start(self):
        self.log.touch()
        self.begin = self.log.stat().st_size
        command = [BINARY, "watch", "--store", self.store, "--source", f"file:{self.events}",
                   *self.options]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, env=self.env, cwd=self.folder)

    def add(self, *records):
        with open(self.events, "a") as log:
            log.writelines(json.dumps(record) + "\n" for record in records)

    def said(self):
        """What this process wrote."""
        return self.log.read_bytes()[self.begin:].decode()

    def until(self, is_so, what, seconds=40):
        deadline = time.monotonic() + seconds
        while not is_so():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, f"not {what}: {self.said()}"
            time.sleep(0.05)

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(60)

    def rows(self, sql, *values):
        with contextlib.closing(sqlite3.connect(self.store, timeout=30)) as connection, connection:
            return connection.execute(sql, values).fetchall()

    def pretend_the_last_digest_was(self, moment):
        self.rows("UPDATE checkpoints SET position = ? WHERE source = 'digest-at'", str(moment))

    def digests(self):
        return self.rows("SELECT case_id, sink, state FROM outbox WHERE kind = 'digest' ORDER BY id")


@pytest.fixture
def watch(tmp_path, env):
    watches = []

    def make(*options, **more):
        watches.append(Watch(tmp_path, {**env, **more}, *options))
        return watches[-1]

    yield make
    for each in watches:
        if each.process is not None and each.process.poll() is None:
            each.end(signal.SIGKILL)


def begun_store(one, *records):
    """Lets a watch store the records, and ends it."""
    one.add(*records)
    one.start()
    one.until(lambda: "watching" in one.said(), "watching")
    one.until(lambda: one.rows("SELECT count(*) FROM events")[0][0] == len(records), "stored")
    assert one.end() == 0, one.said()


def test_a_missed_one_is_made_once_at_the_start(watch, topic, slack):
    due = datetime.datetime.fromtimestamp(ago(2), datetime.timezone.utc)
    one = watch("--digest-at", due.strftime("%H:%M"), "--digest-sink", f"sns:{topic.arn}", "--digest-sink",
                f"slack:{CHANNEL}", "--sink", f"slack:{CHANNEL}", "--min-verdict", "dangerous")
    old, fresh = ago(120), ago(60)

    def posted():
        cases = [message["metadata"]["event_payload"]["case"] for message in slack.messages(CHANNEL)]
        return [case for case in cases if case.startswith("digest-")]

    begun_store(one, events.record(1, time=text_of(old)), events.record(2, time=text_of(fresh)))
    assert one.digests() == [], "nothing was due yet"
    one.pretend_the_last_digest_was(ago(90))
    one.start()
    one.until(lambda: "watching" in one.said(), "watching")
    one.until(lambda: len(one.digests()) == 2 and {row[2] for row in one.digests()} == {2}, "sent")
    (notice,) = topic.take()
    assert notice["kind"] == "digest" and notice["verdict"] == "dangerous"
    told = json.dumps(notice["page"])
    assert events.event_id(2) in told, "within the period"
    assert events.event_id(1) not in told, "before it"
    assert posted() == [notice["case"]]
    # Killed and started again: it was made.
    one.end(signal.SIGKILL)
    one.start()
    time.sleep(2)
    assert one.end() == 0
    assert topic.take() == []
    assert posted() == [notice["case"]]
    until = int(one.rows("SELECT position FROM checkpoints WHERE source = 'digest-at'")[0][0])
    assert until == due.replace(second=0).timestamp() - 15 * 60


def test_alerts_do_not_go_where_only_digests_go(watch, topic, tmp_path):
    one = watch("--digest-at", "07:00", "--digest-sink", f"sns:{topic.arn}", "--sink", "jsonl:alerts")
    begun_store(one, events.record(1, time=text_of(ago(5))))
    assert (tmp_path / "alerts").read_text().count("\n") == 1
    assert topic.take() == []


def test_what_cannot_be_put_is_told_and_tried_again(watch, topic):
    one = watch("--digest-at", "@hourly", "--digest-sink", f"sns:{topic.arn}", "--digest-sink",
                "s3:no-such-bucket-anywhere")
    begun_store(one)
    one.pretend_the_last_digest_was(ago(24 * 60))
    one.start()
    one.until(lambda: "could not be made" in one.said(), "told")
    assert re.search(r"S3 PutObject: NoSuchBucket.*tried again in 60 s", one.said())
    assert one.end() == 0
    assert one.digests() == [] and topic.take() == []


def test_a_receiver_that_is_away_gets_it_later(watch, slack):
    one = watch("--digest-at", "@hourly", "--digest-sink", f"slack:{CHANNEL}")
    begun_store(one)
    one.pretend_the_last_digest_was(ago(24 * 60))
    slack.plan = [Refuse("service_unavailable", 503)]
    one.start()
    one.until(lambda: slack.messages(CHANNEL), "sent by a second attempt")
    assert one.end() == 0
    assert len(slack.messages(CHANNEL)) == 1


def test_killed_again_and_again_it_is_one_digest(watch, bucket, topic):
    one = watch("--digest-at", "@hourly", "--digest-sink", f"sns:{topic.arn}", "--digest-sink",
                f"s3:{bucket.name}")
    begun_store(one)
    one.pretend_the_last_digest_was(ago(24 * 60))
    for step in range(8):
        one.start()
        time.sleep(0.05 + 0.1 * step)
        one.end(signal.SIGKILL)
    one.start()
    one.until(lambda: one.digests() and one.digests()[0][2] == 2, "sent")
    assert one.end() == 0
    assert len(one.digests()) == 1
    assert len(bucket.keys()) == 2
    assert len({notice["key"] for notice in topic.take()}) == 1


ANTHROPIC_KEY = "sk-ant-this-is-a-secret"


@pytest.fixture
def anthropic():
    """One that takes its time, and knows how often it answered."""
    def slowly(name):
        time.sleep(0.05)
        fake.answered += 1
        return words(name)

    fake = FakeAnthropic(ANTHROPIC_KEY)
    fake.words, fake.answered = slowly, 0
    yield fake
    fake.close()


def test_what_a_model_said_before_a_kill_is_not_asked_again(watch, topic, anthropic):
    one = watch("--digest-at", "@hourly", "--digest-sink", f"sns:{topic.arn}", "--digest-analyst",
                "anthropic", "--digest-model", "claude-haiku-4-5", "--digest-by", "user",
                ANTHROPIC_BASE_URL=anthropic.url, ANTHROPIC_API_KEY=ANTHROPIC_KEY)
    begun_store(one, *(events.record(number, time=text_of(ago(90))) for number in range(40)))
    one.pretend_the_last_digest_was(ago(24 * 60))
    one.start()
    one.until(lambda: anthropic.answered >= 10, "asked")
    arrived = anthropic.answered - 1  # The last one may be on its way.
    one.end(signal.SIGKILL)
    assert one.digests() == []
    one.start()
    one.until(lambda: one.digests() and one.digests()[0][2] == 2, "sent")
    asked = re.search(r"asked Anthropic claude-haiku-4-5 (\d+) questions, .*\$0\.\d+", one.said())
    questions = 26  # 25 users and the whole.
    assert 0 < int(asked[1]) <= questions - arrived
    assert one.end() == 0
    (notice,) = topic.take()
    told = json.dumps(notice["page"])
    assert "The model looked at it." in told and events.event_id(3) in told
    assert ANTHROPIC_KEY not in one.log.read_text() + told


@pytest.mark.parametrize("options,said", [
    (("--digest-at", "MON 7"), "crontab"), (("--digest-at", "0 0 30 2 *"), "never comes"),
    (("--digest-at", "07:00"), "--digest-sink"),
    (("--digest-at", "07:00", "--digest-sink", "ocsf:x"), "digest"),
    (("--digest-at", "07:00", "--digest-sink", "file:x", "--digest-analyst", "anthropic"), "model")])
def test_wrong_schedules(watch, tmp_path, options, said):
    one = watch(*options)
    one.start()
    assert one.process.wait(20) == 2
    assert said in one.said() and one.said().count("\n") == 1


def test_a_store_is_an_input_of_digest_and_scan(watch, digest, tmp_path, env):
    one = watch("--sink", "jsonl:alerts")
    records = [events.record(number, time=text_of(ago(30 + number))) for number in range(20)]
    begun_store(one, *records)
    page = digest("store:store.db").stdout
    assert "20 events: 20 dangerous cases" in page
    assert "Read 20 = judged 20" in page.replace("\n", " ")
    recent = digest("store:store.db", "--since", text_of(ago(40))).stdout
    assert "10 dangerous cases" in recent or "11 dangerous cases" in recent
    scanned = subprocess.run([BINARY, "scan", "store:store.db", "--format", "jsonl"], env=env,
                             cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert len(scanned.stdout.splitlines()) == 20, scanned.stderr
    missing = digest("store:nowhere.db")
    assert missing.returncode == 1 and "nowhere.db" in missing.stderr
    assert not (tmp_path / "nowhere.db").exists()


def records_of_the_day():
    for path in sorted((ROOT / "examples/day").rglob("*.json.gz")):
        yield from json.loads(gzip.decompress(path.read_bytes()))["Records"]


def sections_of(page):
    """The text under each heading of a Markdown page."""
    parts = re.split(r"^## (.*)$", page, flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2]))}


def test_a_store_knows_the_day_as_the_logs_do(watch, digest, tmp_path):
    """What watch did not keep is there by number: same tables, same routine, same story."""
    one = watch("--sink", "jsonl:alerts")
    one.add(*records_of_the_day())
    one.start()
    read = "SELECT value FROM counters WHERE name = 'read'"
    one.until(lambda: "watching" in one.said(), "watching")
    one.until(lambda: one.rows(read) == [(4929,)], "all read")
    assert one.end() == 0, one.said()
    kept = one.rows("SELECT count(*) FROM events")[0][0]
    assert kept < 1000

    def sections_from(source):
        page = digest(source, "--by", "user", "--format", "markdown").stdout
        # Where counted ones came from is not known.
        return sections_of(re.sub(r" from (at least )?\d+ address(es)?", "", page))

    by_store, by_logs = sections_from("store:store.db"), sections_from(str(ROOT / "examples/day"))
    assert by_store.keys() == by_logs.keys()
    for section in by_logs.keys() - {"Accounting"}:
        assert by_store[section] == by_logs[section], section
    known = by_store["Accounting"]
    assert "Read 4,929 = judged 4,929" in known
    assert f"{4929 - kept:,} are known by number, by whole hours." in known
    # Half of a day, from a quarter past: by whole hours that are over.
    early, late = (digest("store:store.db", option, "2026-03-11T12:15:00Z").stdout
                   for option in ("--until", "--since"))
    counts = [int(re.search(r"([\d,]+) events: ", page)[1].replace(",", "")) for page in (early, late)]
    assert sum(counts) == 4929 and min(counts) > 1000
    # What a pattern lets through cannot be told by numbers, and logs may hold the same events.
    (tmp_path / "all.json").write_text('{"detail": {"eventName": [{"exists": true}]}}')
    (tmp_path / "logs.jsonl").write_text("")
    for options in (("--pattern", "all.json"), ("logs.jsonl",)):
        assert f"{kept} events: " in digest("store:store.db", *options).stdout


def test_a_scheduled_digest_from_the_store_tells_what_is_routine(watch, topic):
    one = watch("--digest-at", "@hourly", "--digest-sink", f"sns:{topic.arn}")
    two_hours_ago = text_of(ago(120))
    one.add(*(events.record(7, "harmless", time=two_hours_ago, eventID=events.event_id(number))
              for number in range(40)))
    one.start()
    counted = "SELECT sum(events) FROM activity"
    one.until(lambda: "watching" in one.said(), "watching")
    one.until(lambda: one.rows(counted) == [(40,)], "counted")
    assert one.end() == 0
    one.pretend_the_last_digest_was(ago(24 * 60))
    one.start()
    one.until(lambda: one.digests(), "made")
    assert one.end() == 0
    (notice,) = topic.take()
    page = json.dumps(notice["page"])
    assert "DescribeInstances (ec2) 40" in page
