"""scan and match on s3://: the same as on files, whatever happens on the way."""

import asyncio
import collections
import contextlib
import datetime
import gzip
import json
import os
import pathlib
import random
import re
import subprocess
import time
import urllib.parse

import pytest

import emulators
from emulators import boto
from faults import Answer, Fault, FaultProxy, Half, Reset

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(
    os.environ.get("TW_BINARY", ROOT / "build/release/bin/trailwarden")
).resolve()
DAY = ROOT / "examples/day"
SEED = int(os.environ.get("TW_SEED", "20261122"))


def environment(url=None, **more):
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    settings = {
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": emulators.REGION,
    }
    if url:
        settings |= {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": emulators.ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": emulators.ROOT_SECRET,
        }
    return {**kept, **settings, **more}


@pytest.fixture
def run(tmp_path):
    def run_binary(*arguments, url=None, check=True, **env):
        done = subprocess.run(
            [BINARY, *map(str, arguments)],
            capture_output=True,
            cwd=tmp_path,
            env=environment(url, **env),
            timeout=300,
            check=False,
        )
        if check:
            assert done.returncode == 0, done.stderr.decode()
        return done

    return run_binary


def upload(url, bucket, objects):
    """Makes `bucket` with {key: bytes}."""
    client = boto("s3", url, emulators.ROOT_KEY, emulators.ROOT_SECRET)
    here = {"LocationConstraint": emulators.REGION}
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration=here)
    for key, body in objects.items():
        client.put_object(Bucket=bucket, Key=key, Body=body)
    return client


def files_below(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def day_bucket(s3_server):
    objects = {"trail/" + key: body for key, body in files_below(DAY).items()}
    digest = "trail/AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/03/03/d.json.gz"
    objects[digest] = gzip.compress(b"{}")
    upload(s3_server, "day", objects)
    return s3_server


class Log(Fault):
    """Keeps what was asked for; seeded faults for some of it, and a pause before each answer."""

    FAULTS = (
        Answer(503, b"<Error><Code>SlowDown</Code><Message>slow</Message></Error>"),
        Answer(500, b"<Error><Code>InternalError</Code><Message>oops</Message></Error>"),
        Reset("before"),
        Reset("after"),
        Half(),
    )

    def __init__(self, share=0.0, pause=0.0, answers=None):
        self.gets, self.lists = collections.Counter(), []
        self.random, self.share, self.pause = random.Random(SEED), share, pause
        self.answers = answers or {}  # Part of a key → what is answered for it.

    async def __call__(self, proxy, request, writer):
        target = urllib.parse.urlsplit(request.split(b" ", 2)[1].decode())
        if "list-type=2" in target.query:
            self.lists.append(dict(urllib.parse.parse_qsl(target.query)))
        else:
            self.gets[urllib.parse.unquote(target.path)] += 1
        await asyncio.sleep(self.pause)
        for part, fault in self.answers.items():
            if part in target.path and "list-type" not in target.query:
                return await fault(proxy, request, writer)
        if self.random.random() < self.share:
            return await self.random.choice(self.FAULTS)(proxy, request, writer)
        return await super().__call__(proxy, request, writer)


@pytest.fixture
def proxied(day_bucket):
    with FaultProxy(day_bucket) as proxy:
        yield proxy


def as_lines(*more):
    return ["--format", "jsonl", *more]


# ------------------------------------------------------------------ the same as files


@pytest.mark.parametrize("more", [[], ["--all"], ["--since", "2026-03-03T09:00:00Z"]])
def test_a_bucket_gives_what_its_files_give(run, day_bucket, more):
    local = run("scan", DAY, *as_lines(*more))
    remote = run("scan", "s3://day/trail/", *as_lines(*more), url=day_bucket)
    assert remote.stdout == local.stdout
    assert remote.stderr == local.stderr  # The accounting.


@pytest.mark.parametrize("prefix", ["", "trail/AWSLogs/1111", "trail/AWSLogs/111122223333/CloudTrail/us-"])
def test_any_prefix(run, day_bucket, prefix):
    region = "us-*" if prefix.endswith("us-") else "*"
    files = sorted(DAY.glob(f"AWSLogs/*/CloudTrail/{region}"))
    local = run("scan", *files, *as_lines("--all"))
    assert run("scan", f"s3://day/{prefix}", *as_lines("--all"), url=day_bucket).stdout == local.stdout


def test_digests_are_left_out_and_told(run, proxied):
    proxied.begin(always=(log := Log()))
    text = run("scan", "s3://day", url=proxied.url).stdout.decode()
    assert "1  folder left out: no events" in text
    assert not any("Digest" in key for key in log.gets)
    assert not any("Digest" in asked.get("prefix", "") for asked in log.lists)


def test_match_is_in_the_order_of_keys(run, day_bucket):
    pattern = ["--pattern", '{"source":["aws.iam","aws.sts","aws.s3"]}']
    local = run("match", *pattern, DAY)
    assert local.stdout.count(b"\n") > 50
    assert run("match", *pattern, "s3://day/trail/", url=day_bucket).stdout == local.stdout


def test_inputs_of_both_kinds(run, day_bucket):
    one, other = sorted((DAY / "AWSLogs/111122223333/CloudTrail").iterdir())[:2]
    url = f"s3://day/trail/AWSLogs/111122223333/CloudTrail/{other.name}/"
    pattern = ["--pattern", '{"detail":{"eventVersion":[{"exists":true}]}}']
    for inputs in ([one, url], [url, one], [one, url, one]):
        files = [other if item is url else item for item in inputs]
        local = run("match", *pattern, *files)
        assert run("match", *pattern, *inputs, url=day_bucket).stdout == local.stdout


def test_explain_reads_objects(run, day_bucket):
    case = re.search(rb'"case":"(c-[0-9a-f]+)"', run("scan", DAY, *as_lines()).stdout)
    case = (case or re.search(rb"\b(c-[0-9a-f]{12})\b", run("scan", DAY).stdout)).group(1).decode()
    local = run("explain", case, DAY).stdout
    assert run("explain", case, "s3://day/trail/", url=day_bucket).stdout == local


ODD_KEYS = (
    "plain", "with space", "plus+and%25", "per%cent", "a//b", "ünï/cödé", "q?x=1&y=2", "semi;colon",
    "quo'te\"s", "tilde~", "(paren)", "star*", "at@eq=", "trailing.", "日本語", "back\\slash", "#hash",
)


def test_odd_keys(run, moto):
    record = json.loads((gzip.decompress(next(iter(files_below(DAY).values())))))["Records"][0]
    objects = {}
    for number, key in enumerate(ODD_KEYS):
        record["eventID"] = f"00000000-0000-4000-8000-{number:012}"
        objects[f"odd/{key}"] = json.dumps({"Records": [record]}).encode()
    upload(moto, "odd", objects)
    lines = run("scan", "s3://odd/odd/", *as_lines("--all"), url=moto).stdout.splitlines()
    told = {json.loads(line)["event_id"] for line in lines}
    assert len(told) == len(ODD_KEYS)
    for key in objects:  # Each by its whole name, too.
        got = run("scan", f"s3://odd/{key}", *as_lines("--all"), url=moto)
        assert b"judged 1 " in got.stderr, key


# ------------------------------------------------------------------ only the days that are needed


def log_file(day, hour, number):
    base = json.loads(gzip.decompress(next(iter(files_below(DAY).values()))))["Records"][0]
    base["eventTime"] = f"{day.isoformat()}T{hour:02}:30:00Z"
    base["eventID"] = f"{number:08}-0000-4000-8000-000000000000"
    return gzip.compress(json.dumps({"Records": [base]}).encode())


@pytest.fixture(scope="module")
def days_bucket(s3_server):
    objects, first = {}, datetime.date(2026, 2, 20)
    for offset in range(20):
        day = first + datetime.timedelta(offset)
        for account in ("o-abc1/111111111111", "o-abc1/222222222222"):
            for region in ("eu-west-1", "us-east-1"):
                for hour in (0, 23):
                    folder = f"AWSLogs/{account}/CloudTrail/{region}/{day:%Y/%m/%d}"
                    objects[f"{folder}/{hour:02}.json.gz"] = log_file(day, hour, len(objects))
    upload(s3_server, "days", objects)
    return s3_server


def test_a_period_reads_only_its_days(run, days_bucket):
    with FaultProxy(days_bucket) as proxy:
        proxy.begin(always=(log := Log()))
        period = ["--since", "2026-02-27", "--until", "2026-03-02"]
        done = run("scan", "s3://days", *as_lines("--all", *period), url=proxy.url)
    assert len(done.stdout.splitlines()) == 3 * 2 * 2 * 2
    days = {re.search(r"\d{4}/\d\d/\d\d", key).group() for key in log.gets}
    assert days == {"2026/02/27", "2026/02/28", "2026/03/01", "2026/03/02"}  # One more for late ones.
    assert len(log.gets) == 4 * 2 * 2 * 2 and set(log.gets.values()) == {1}
    # Top, AWSLogs, organisation, two accounts, two kinds, and one for each of the four regions.
    assert len(log.lists) == 1 + 1 + 1 + 2 + 2 + 4
    assert all("2026/02/2" in asked.get("start-after", "") for asked in log.lists if "delimiter" not in asked)


# ------------------------------------------------------------------ what goes wrong


def test_faults_lose_nothing_and_double_nothing(run, proxied):
    local = run("scan", DAY, *as_lines("--all"))
    proxied.begin(always=Log(share=0.1))
    remote = run("scan", "s3://day/trail/", *as_lines("--all"), url=proxied.url)
    assert proxied.attempts > 240
    assert (remote.stdout, remote.stderr) == (local.stdout, local.stderr)


def error(status, code):
    return Answer(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode())


@pytest.mark.parametrize(
    "status, code, words",
    [
        (404, "NoSuchKey", "gone since it was listed"),
        (403, "InvalidObjectState", "archived"),
        (403, "AccessDenied", "AccessDenied"),
    ],
)
def test_an_object_that_cannot_be_had_is_a_problem(run, proxied, status, code, words):
    key = sorted(files_below(DAY))[7]
    proxied.begin(always=Log(answers={key: error(status, code)}))
    done = run("scan", "s3://day/trail/", *as_lines("--all"), url=proxied.url)
    rest = [DAY / other for other in files_below(DAY) if other != key]
    assert done.stdout == run("scan", *rest, *as_lines("--all")).stdout
    told = [line for line in done.stderr.decode().splitlines() if "s3://day/trail/" + key in line]
    assert len(told) == 1 and words in told[0]


@pytest.mark.parametrize(
    "url, words",
    [
        ("s3://absent/", "NoSuchBucket"),
        ("s3://day/nothing/here/", "no object has a key that begins so"),
        ("s3://-/", "-"),
    ],
)
def test_what_cannot_be_listed_ends_the_run(run, day_bucket, url, words):
    done = run("scan", url, url=day_bucket, check=False)
    assert done.returncode == 1 and done.stdout == b""
    (line,) = done.stderr.decode().splitlines()
    assert words in line


def test_no_credentials_is_one_line(run, day_bucket):
    done = run("scan", "s3://day/", check=False, AWS_ENDPOINT_URL=day_bucket)
    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert "credentials" in line


def test_nobody_answers_is_one_line(run):
    with FaultProxy("http://127.0.0.1:1") as proxy:
        url = proxy.url
    done = run("scan", "s3://day/", url=url, check=False)
    assert done.returncode == 1
    assert len(done.stderr.decode().splitlines()) == 1


def test_none_could_be_read(run, proxied):
    proxied.begin(always=Log(answers={"/day/": error(403, "AccessDenied")}))
    done = run("scan", "s3://day/trail/", url=proxied.url, check=False)
    assert done.returncode == 1
    assert b"none of 224 objects could be read" in done.stderr


def test_a_local_scan_touches_nothing_of_aws(run, tmp_path):
    broken = tmp_path / "config"
    broken.write_text("[[[ not a config")
    done = run("scan", DAY, AWS_CONFIG_FILE=str(broken), AWS_PROFILE="absent")
    assert done.stderr == run("scan", DAY).stderr


# ------------------------------------------------------------------ killed, and going on


def entries(path):
    """Names of the portions that a checkpoint holds whole."""
    data, names = path.read_bytes() if path.exists() else b"", set()
    at = data.find(b"\n") + 1
    first = True
    while len(data) - at >= 16:
        size = int.from_bytes(data[at : at + 8], "little")
        payload = data[at + 16 : at + 16 + size]
        if len(payload) < size:
            break
        if not first:
            length, shift, head = 0, 0, 0
            while True:
                byte = payload[head]
                length |= (byte & 127) << shift
                head, shift = head + 1, shift + 7
                if byte < 128:
                    break
            names.add(payload[head : head + length].decode())
        first, at = False, at + 16 + size
    return names


def kill_and_resume(command, journal, env, tmp_path, moment, before_run=lambda known: None):
    """Runs `command`, and kills it when `moment(process)` returns, again and again while it still
    runs then, twelve times at most. Gives the run that ended well."""
    kills = 0
    while True:
        before_run(entries(journal))
        with open(tmp_path / "out", "wb") as out, open(tmp_path / "err", "wb") as err:
            process = subprocess.Popen(command, stdout=out, stderr=err, env=env, cwd=tmp_path)
        if kills < 12:
            moment(process)
        else:
            process.wait(300)
        if process.poll() is None:
            process.kill()
            process.wait()
            kills += 1
            continue
        assert process.returncode == 0, (tmp_path / "err").read_text()
        return kills, (tmp_path / "out").read_bytes(), (tmp_path / "err").read_bytes()


@pytest.mark.parametrize("seed", range(3))
def test_killed_and_resumed_reads_nothing_twice(run, proxied, tmp_path, seed):
    unbroken = run("scan", "s3://day/trail/", *as_lines("--all"), url=proxied.url)
    journal = tmp_path / "journal"
    logs = []

    def begin(known):
        if logs:
            logs[-1][0].finished = True
        proxied.begin(always=(log := Log(pause=0.02)))
        logs.append((log, known))

    command = [BINARY, "scan", "s3://day/trail/", *as_lines("--all"), "--checkpoint", journal]
    draw = random.Random(SEED + seed)

    def after_some_gets(process):  # Of 224: so that more than one run is killed, however fast.
        wanted = draw.randrange(1, 60)
        while process.poll() is None and logs[-1][0].gets.total() < wanted:
            time.sleep(0.002)

    kills, out, err = kill_and_resume(
        command, journal, environment(proxied.url), tmp_path, after_some_gets, begin
    )
    assert kills > 1
    assert (out, err) == (unbroken.stdout, unbroken.stderr)
    for log, known in logs:
        again = known & {"s3:/" + key for key in log.gets}
        assert not again, f"read again: {sorted(again)[:3]}"
    assert len(entries(journal)) == 224


def test_killed_and_resumed_on_files(run, tmp_path):
    inputs = [DAY, DAY / "AWSLogs", DAY]  # Repeats across every break.
    unbroken = run("scan", *inputs, *as_lines("--all"))
    journal = tmp_path / "journal"
    command = [BINARY, "scan", *inputs, *as_lines("--all"), "--checkpoint", journal]
    draw = random.Random(SEED)

    def soon(process):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(draw.uniform(0.01, 0.15))

    _, out, err = kill_and_resume(command, journal, environment(), tmp_path, soon)
    assert (out, err) == (unbroken.stdout, unbroken.stderr)


def test_an_object_that_was_replaced_is_read_again(run, s3_server, tmp_path):
    files = files_below(DAY)
    client = upload(s3_server, "replaced", files)
    command = ["scan", "s3://replaced/", *as_lines("--all"), "--checkpoint", "journal"]
    first = run(*command, url=s3_server)
    key = sorted(files)[3]
    client.put_object(Bucket="replaced", Key=key, Body=gzip.compress(b'{"Records":[]}'))
    client.delete_object(Bucket="replaced", Key=sorted(files)[4])
    second = run(*command, url=s3_server)
    assert second.stdout != first.stdout
    assert second.stdout == run("scan", "s3://replaced/", *as_lines("--all"), url=s3_server).stdout


def test_a_checkpoint_is_for_one_command(run, tmp_path):
    run("scan", DAY, "--checkpoint", "journal")
    assert run("scan", DAY, "--checkpoint", "journal").returncode == 0
    for other in (["--since", "2026-03-03"], as_lines("--all"), ["--no-builtin-rules"]):
        done = run("scan", DAY, "--checkpoint", "journal", *other, check=False)
        assert done.returncode == 2
        assert b"this checkpoint was begun with" in done.stderr
    (tmp_path / "diary").write_text("dear diary")
    done = run("scan", DAY, "--checkpoint", "diary", check=False)
    assert done.returncode == 2 and (tmp_path / "diary").read_text() == "dear diary"
