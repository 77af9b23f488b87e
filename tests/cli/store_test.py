"""store status|check|forget|compact|dead|retry, and explain from a store: also beside a watch."""

import json
import sqlite3
import subprocess

import pytest

from conftest import BINARY, DAY, environment


@pytest.fixture
def store(run, tmp_path):
    """A store with the day's cases, told to a file."""
    lines = [json.dumps(json.loads(text)) for text in day_records()]
    (tmp_path / "day.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (tmp_path / "day.jsonl").open("rb") as day:
        watched = subprocess.run(
            [BINARY, "watch", "--source", "-", "--sink", "jsonl:told.jsonl", "--store", "a.db"],
            stdin=day, capture_output=True, text=True, cwd=tmp_path, env=environment(),
            timeout=120, check=False)
    assert watched.returncode == 0, watched.stderr
    return tmp_path / "a.db"


def day_records():
    matched = subprocess.run([BINARY, "match", "--pattern", '{"source":[{"prefix":""}]}', DAY],
                             capture_output=True, text=True, env=environment(), check=True)
    return [json.dumps(json.loads(line)["detail"]) for line in matched.stdout.splitlines()]


def fields(text):
    return {line[:12].strip(): line[12:] for line in text.splitlines()}


def bury_all(path, reason):
    """What a sink's refusal leaves: sent messages become dead ones."""
    with sqlite3.connect(path) as database:
        database.execute("UPDATE outbox SET state = 3, reason = ?", (reason,))
        return [row[0] for row in database.execute("SELECT id FROM outbox ORDER BY id")]


def test_status_tells_what_is_there(run, store):
    result = run("store", "status", "--store", store)
    assert result.returncode == 0, result.stderr
    told = fields(result.stdout)
    assert told["store"] == str(store)
    assert told["schema"] == "3"
    counts = dict(reversed(part.split(" ")) for part in told["records"].split(", "))
    assert counts["read"] == f"{len(day_records()):,}"
    with sqlite3.connect(store) as database:
        cases = database.execute("SELECT count(*) FROM cases").fetchone()[0]
        sent = database.execute("SELECT count(*) FROM outbox WHERE state = 2").fetchone()[0]
    assert cases > 0 and told["cases"] == f"{cases:,}"
    assert sent > 0
    assert told["messages"] == f"0 waiting, 0 being sent or in doubt, {sent:,} sent, 0 given up"
    assert told["spent"] == "0 tokens, $0.00 in 24 hours; 0 tokens, $0.00 in 30 days"


def test_the_store_may_stand_in_the_environment(run, store):
    assert run("store", "check", env={"TRAILWARDEN_STORE": str(store)}).stdout == "sound\n"


def test_check_says_what_is_wrong(run, store):
    with store.open("r+b") as file:
        size = file.seek(0, 2)
        file.seek(size // 2)
        file.write(b"x" * (size - size // 2))
    result = run("store", "check", "--store", store)
    assert result.returncode == 1
    assert result.stdout.strip() not in ("", "sound")


@pytest.mark.parametrize("content, words", [
    (None, "cannot be opened: No such file or directory"),
    pytest.param(b"{}" * 3000, "is no store: not an SQLite database", id="text"),
    (b"", "is empty, not yet a store"),
])
def test_what_is_no_store_is_refused_in_one_line(run, tmp_path, content, words):
    path = tmp_path / "x.db"
    if content is not None:
        path.write_bytes(content)
    for command in ("status", "check", "dead", "compact", "retry"):
        result = run("store", command, "--store", path)
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr == f"trailwarden: {path}: {words}\n"


def test_forget_then_compact(run, store):
    before = store.stat().st_size
    assert run("store", "forget", "--store", store, "--older-than", "1d").stdout.startswith(
        "forgot 0 rows older than ")
    gone = run("store", "forget", "--store", store, "--older-than", "2200-01-01")
    assert gone.returncode == 0 and "forgot 0 rows" not in gone.stdout
    assert fields(run("store", "status", "--store", store).stdout)["cases"] == "0"
    compacted = run("store", "compact", "--store", store)
    assert compacted.returncode == 0 and " now\n" in compacted.stdout
    assert store.stat().st_size < before / 2  # Empty tables have a page each.
    assert run("store", "check", "--store", store).stdout == "sound\n"


@pytest.mark.parametrize("arguments, words", [
    (["forget"], "--older-than is needed"),
    (["forget", "--older-than", "soon"], "soon"),
    (["retry", "x"], "'x' is no message"),
    (["retry", "99999999"], "message 99999999 is not dead"),
])
def test_wrong_usage(run, store, arguments, words):
    result = run("store", *arguments, "--store", store)
    assert result.returncode == 2
    assert words in result.stderr


def test_dead_messages_are_listed_and_sent_again(run, store, tmp_path):
    ids = bury_all(store, "channel_not_found \x1b[31m")
    listed = run("store", "dead", "--store", store).stdout.splitlines()
    assert [int(line.split()[0]) for line in listed] == ids
    assert "\x1b" not in listed[0] and listed[0].endswith(r"channel_not_found \x1b[31m")

    assert run("store", "retry", str(ids[0]), "--store", store).stdout == (
        "1 message will be sent again by `watch`\n")
    assert len(run("store", "dead", "--store", store).stdout.splitlines()) == len(ids) - 1
    rest = run("store", "retry", "--store", store)
    assert rest.stdout.startswith(f"{len(ids) - 1:,} message")
    assert run("store", "dead", "--store", store).stdout == ""

    told = tmp_path / "told.jsonl"
    before = len(told.read_text(encoding="utf-8").splitlines())
    watched = run("watch", "--source", "-", "--sink", "jsonl:told.jsonl", "--store", store,
                  stdin="")
    assert watched.returncode == 0, watched.stderr
    status = fields(run("store", "status", "--store", store).stdout)
    assert status["messages"].startswith("0 waiting, 0 being sent or in doubt, ")
    assert len(told.read_text(encoding="utf-8").splitlines()) >= before


def test_housekeeping_while_another_process_owns_the_store(run, store, tmp_path):
    watch = subprocess.Popen(
        [BINARY, "watch", "--source", "-", "--sink", "jsonl:told.jsonl", "--store", store],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment())
    try:
        assert "watching" in watch.stderr.readline()
        second = run("watch", "--source", "-", "--store", store, stdin="")
        assert second.returncode == 1
        assert f"another process (process {watch.pid}) writes to this store" in second.stderr
        assert run("store", "status", "--store", store).returncode == 0
        assert run("store", "forget", "--store", store, "--older-than", "2200-01-01"
                   ).returncode == 0
        assert run("store", "compact", "--store", store).returncode == 0
        assert run("store", "check", "--store", store).stdout == "sound\n"
    finally:
        watch.stdin.close()
        assert watch.wait(60) == 0


@pytest.mark.parametrize("command", ["", "status", "check", "forget", "compact", "dead", "retry"])
def test_help(run, golden, command):
    result = run("store", *command.split(), "--help")
    assert result.returncode == 0
    golden("_".join(["help_store", *command.split()]) + ".txt", result.stdout)


# ------------------------------------------------------------------ explain


def test_explain_a_case_and_an_event_from_the_store(run, store):
    with sqlite3.connect(store) as database:
        case, verdict = database.execute(
            "SELECT id, verdict FROM cases ORDER BY risk DESC, id LIMIT 1").fetchone()
        event, record = database.execute(
            "SELECT event_id, record FROM events WHERE case_id = ? ORDER BY risk DESC, id LIMIT 1",
            (case,)).fetchone()
    shown = run("explain", case, "--store", store)
    assert shown.returncode == 0, shown.stderr
    assert ["safe", "uncertain", "dangerous"][verdict] in shown.stdout.splitlines()[0]
    assert f"  case        {case}\n" in shown.stdout and event in shown.stdout
    assert "by rules alone: " in shown.stdout

    of_event = run("explain", event, "--store", store)
    assert of_event.returncode == 0, of_event.stderr
    assert f"  case        {case}, " in of_event.stdout
    assert json.loads(of_event.stdout.split("record\n", 1)[1].splitlines()[0]) == json.loads(record)


def test_explain_an_id_that_the_store_does_not_have(run, store):
    result = run("explain", "c-000000000000", "--store", store)
    assert result.returncode == 1
    assert "c-000000000000" in result.stderr


def test_explain_from_logs_though_a_store_is_configured(run, store):
    verdicts = run("scan", DAY, "--format", "jsonl", "--min-verdict", "dangerous").stdout
    case = json.loads(verdicts.splitlines()[0])["case"]
    from_logs = run("explain", case, DAY)
    assert run("explain", case, DAY, env={"TRAILWARDEN_STORE": str(store)}).stdout == (
        from_logs.stdout)
