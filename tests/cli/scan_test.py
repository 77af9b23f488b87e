"""scan: its outputs on the bundled day, and what it does with whatever it is given."""

import gzip
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time

import pytest
from py_ocsf_models.events.findings.detection_finding import DetectionFinding

from conftest import BINARY, DAY, ROOT, environment, record

ACCOUNTING = re.compile(
    r"read (\d+) = judged (\d+) \+ filtered (\d+) \+ repeated (\d+) \+ skipped (\d+)"
)


def accounting(result):
    """The counts of the closing line on stderr, checked to add up."""
    read, judged, filtered, repeated, skipped = map(int, ACCOUNTING.search(result.stderr).groups())
    assert read == judged + filtered + repeated + skipped
    return dict(read=read, judged=judged, filtered=filtered, repeated=repeated, skipped=skipped)


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


# ------------------------------------------------------------------ the bundled day


def test_text(run, golden):
    result = run("scan", "examples/day", cwd=ROOT)
    assert result.returncode == 0
    assert all(len(line) <= 80 for line in result.stdout.splitlines())
    golden("day.txt", result.stdout)


def test_text_has_colours_on_a_terminal_only(run):
    assert "\x1b" not in run("scan", DAY, env={"NO_COLOR": ""}).stdout


def test_jsonl(run, golden):
    result = run("scan", DAY, "--format", "jsonl")
    golden("day.jsonl", result.stdout)
    for line in lines(result):
        assert line["schema"] == 1
        assert line["verdict"] in ("dangerous", "uncertain", "safe")
        assert 0 <= line["risk"] <= 100


def test_jsonl_all_has_a_line_for_every_judged_record(run):
    result = run("scan", DAY, "--format", "jsonl", "--all")
    assert len(lines(result)) == accounting(result)["judged"]
    times = [line["event_time"] for line in lines(result)]
    assert times == sorted(times)


def test_markdown(run, golden):
    golden("day.md", run("scan", "examples/day", "--format", "markdown", cwd=ROOT).stdout)


def page_data(result):
    found = re.search(
        r'<script type="application/json" id="trailwarden-data">(.*?)</script>', result.stdout, re.S
    )
    return json.loads(found.group(1))


def test_ocsf_has_a_detection_finding_a_case(run, golden):
    result = run("scan", "examples/day", "--format", "ocsf", cwd=ROOT)
    golden("day.ocsf.jsonl", result.stdout)
    findings = [json.loads(line) for line in result.stdout.splitlines()]
    assert findings and {finding["class_uid"] for finding in findings} == {2004}
    for finding in findings:
        for artefact in finding["evidences"]:
            # These models demand what the schema leaves open: tests/sink/receivers_test.py.
            artefact["api"]["service"]["version"] = "0"
        DetectionFinding.model_validate(finding)


def test_html_holds_the_report(run, golden):
    result = run("scan", "examples/day", "--format", "html", cwd=ROOT)
    data = page_data(result)
    for case in data["cases"]:
        for event in case["timeline"]:
            assert json.loads(event.pop("raw"))["eventID"] == event["event_id"]
    golden("day.page.json", json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def test_the_attack_is_found_and_the_day_is_safe(run):
    truth = json.loads((ROOT / "examples/truth.json").read_text())
    attack = set(event["event_id"] for event in truth["events"])
    found = {line["event_id"]: line for line in lines(run("scan", DAY, "--format", "jsonl"))}
    dangerous = [line for line in found.values() if line["case_verdict"] == "dangerous"]
    assert len({line["case"] for line in dangerous}) == 1
    assert {line["event_id"] for line in dangerous} <= attack
    assert len(dangerous) >= len(attack) // 2


@pytest.mark.parametrize("output", ["text", "jsonl", "markdown", "html", "ocsf"])
def test_the_same_for_any_threads_and_any_order(run, output):
    files = [str(path.relative_to(DAY)) for path in sorted(DAY.rglob("*.json.gz"))]
    # The inputs are named in the page: the same words in the same place, then.
    reference = run("scan", ".", "--format", output, "--threads", "1", cwd=DAY)
    for threads in (1, 2, 5):
        result = run("scan", ".", "--format", output, "--threads", threads, cwd=DAY)
        assert result.stdout == reference.stdout
        assert accounting(result) == accounting(reference)
    if output == "html":
        return
    for seed in (1, 2, 3):
        random.Random(seed).shuffle(files)
        assert run("scan", *files, "--format", output, cwd=DAY).stdout == reference.stdout


# ------------------------------------------------------------------ options


def test_fail_on(run):
    assert run("scan", DAY, "--fail-on", "dangerous").returncode == 3
    safe = json.dumps(record())
    assert run("scan", "-", "--fail-on", "uncertain", stdin=safe).returncode == 0


def test_since_and_until_filter(run):
    result = run("scan", DAY, "--since", "2026-03-11T12:00:00Z", "--until", "2026-03-11T13:00:00Z")
    counts = accounting(result)
    assert 0 < counts["judged"] < counts["filtered"]
    assert "2026-03-11 12:00 – 12:59 UTC" in result.stdout


def test_pattern_filters(run, tmp_path):
    (tmp_path / "pattern.json").write_text('{"source":["aws.iam"]}')
    result = run("scan", DAY, "--pattern", "pattern.json", "--format", "jsonl", "--all")
    assert {line["event_source"] for line in lines(result)} == {"iam.amazonaws.com"}
    assert accounting(result)["filtered"] > 0


def test_own_rules_only(run, tmp_path):
    (tmp_path / "rule.yml").write_text(
        "title: Regions are listed\nid: 5a1f1c1e-8a43-4a5e-9d1b-0a4f2b8c9d10\nlevel: high\n"
        "logsource: {product: aws, service: cloudtrail}\n"
        "detection:\n  selection: {eventName: DescribeRegions}\n  condition: selection\n"
    )
    result = run("scan", "-", "--rules", "rule.yml", "--no-builtin-rules", "--format", "jsonl",
                 stdin=json.dumps(record()))
    [line] = lines(result)
    assert line["verdict"] == "dangerous"
    assert line["findings"][0]["title"] == "Regions are listed"


def test_a_rule_that_does_not_load_is_told_and_the_others_judge(run, tmp_path):
    (tmp_path / "bad.yml").write_text("title: No detection\nlogsource: {product: aws}\n")
    result = run("scan", DAY, "--rules", "bad.yml")
    assert result.returncode == 0
    assert "bad.yml:1:1: rule not loaded" in result.stderr
    assert "DANGEROUS" in result.stdout


def test_suppressions_silence_and_are_counted(run, tmp_path):
    (tmp_path / "known.yml").write_text(
        "title: The attacker is a friend\nlogsource: {product: aws, service: cloudtrail}\n"
        "detection:\n  selection: {userIdentity.userName: [jenkins-deploy]}\n"
        "  condition: selection\n"
    )
    result = run("scan", DAY, "--suppress", "known.yml", "--fail-on", "dangerous")
    assert result.returncode == 0
    assert "judged safe by a suppression" in result.stdout


def test_a_suppression_that_does_not_load_stops_the_scan(run, tmp_path):
    (tmp_path / "known.yml").write_text("title: [\n")
    result = run("scan", DAY, "--suppress", "known.yml")
    assert result.returncode == 2
    assert "known.yml:" in result.stderr


def test_options_from_environment_and_file(run, tmp_path):
    (tmp_path / "trailwarden.yaml").write_text("format: jsonl\nmin-verdict: dangerous\n")
    from_file = run("scan", DAY)
    assert {line["case_verdict"] for line in lines(from_file)} == {"dangerous"}
    over_file = run("scan", DAY, env={"TRAILWARDEN_FORMAT": "markdown"})
    assert over_file.stdout.startswith("# Trailwarden report")
    over_both = run("scan", DAY, "--format", "text", env={"TRAILWARDEN_FORMAT": "markdown"})
    assert over_both.stdout.startswith("Trailwarden")


def test_stats(run):
    result = run("scan", DAY, "--stats")
    assert re.search(r"\d+ events/s, .* MiB peak memory", result.stderr)


# ------------------------------------------------------------------ wrong usage and bad input


@pytest.mark.parametrize(
    "arguments, says",
    [
        ([], "subcommand"),
        (["scan"], "INPUT"),
        (["scan", ".", "--format", "pdf"], "text|jsonl|markdown|html"),
        (["scan", ".", "--threads", "0"], "whole number"),
        (["scan", ".", "--since", "yesterday"], "is no time"),
        (["scan", ".", "--frmat", "text"], "--frmat"),
        (["scan", ".", "--all"], "--all goes with --format jsonl"),
        (["scan", ".", "--format", "text", "--format", "jsonl"], "--format"),
        (["frobnicate"], "frobnicate"),
    ],
)
def test_wrong_usage_is_one_line_and_2(run, arguments, says):
    result = run(*arguments)
    assert result.returncode == 2
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_config_with_an_unknown_option(run, tmp_path):
    (tmp_path / "trailwarden.yaml").write_text("formt: text\n")
    result = run("scan", DAY)
    assert result.returncode == 2
    assert "trailwarden.yaml:1:1: 'formt' is no option" in result.stderr


def test_missing_input(run):
    result = run("scan", "nowhere")
    assert result.returncode == 1
    assert "nowhere" in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_empty_folder_is_no_error(run, tmp_path):
    (tmp_path / "logs").mkdir()
    result = run("scan", "logs")
    assert result.returncode == 0
    assert accounting(result)["read"] == 0


def test_stdin_in_many_forms(run):
    bare = json.dumps(record())
    for text in (
        bare,
        json.dumps([record()]),
        json.dumps({"Records": [record()]}),
        json.dumps({"version": "0", "detail-type": "AWS API Call via CloudTrail", "detail": record()}),
        json.dumps({"Events": [{"CloudTrailEvent": bare}]}),
        json.dumps({"Type": "Notification", "Message": bare}),
        json.dumps({"Messages": [{"Body": bare}]}),
    ):
        assert accounting(run("scan", "-", stdin=text))["judged"] == 1, text
    zipped = run("scan", "-", stdin=gzip.compress(bare.encode()), text=False)
    assert b"judged 1 " in zipped.stderr


def test_repeats_are_judged_once_whatever_wraps_them(run, tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"Records": [record(), record()]}))
    (tmp_path / "b.json").write_text(
        json.dumps({"Events": [{"CloudTrailEvent": json.dumps(record(), indent=1)}]})
    )
    counts = accounting(run("scan", "."))
    assert (counts["judged"], counts["repeated"]) == (1, 2)


def test_damage_is_reported_and_skipped(run, tmp_path):
    good = json.dumps(record())
    (tmp_path / "logs.ndjson").write_text(f"{good}\n{good[:100]}\n{json.dumps(record('2'))}\n")
    result = run("scan", "logs.ndjson")
    assert result.returncode == 0
    assert accounting(result) == dict(read=3, judged=2, filtered=0, repeated=0, skipped=1)
    assert f"logs.ndjson: byte {len(good) + 1}" in result.stderr


def test_a_cut_gzip_file_gives_what_stands_before_the_cut(run, tmp_path):
    ids = random.Random(7)
    records = [record(f"{ids.getrandbits(128):032x}") for _ in range(2000)]
    whole = gzip.compress(json.dumps({"Records": records}).encode())
    (tmp_path / "cut.json.gz").write_bytes(whole[: len(whole) // 2])
    result = run("scan", "cut.json.gz")
    assert accounting(result)["judged"] > 500
    assert "cut.json.gz: byte" in result.stderr


def test_a_gzip_bomb_is_stopped(run, tmp_path):
    bomb = gzip.compress(b'{"Records":[' + b" " * (300 << 20))
    (tmp_path / "bomb.json.gz").write_bytes(bomb)
    (tmp_path / "good.json").write_text(json.dumps(record()))
    result = run("scan", ".")
    assert accounting(result)["judged"] == 1
    assert "bomb.json.gz" in result.stderr


def test_hostile_text_cannot_reach_the_terminal(run):
    nasty = "\x1b]0;owned\x07\x1b[2J\u202egnp.exe\r\n| `x` <b> @here"
    event = record(eventName="StopLogging", eventSource="cloudtrail.amazonaws.com", userAgent=nasty,
                   requestParameters={"name": nasty})
    event["userIdentity"]["arn"] += nasty
    for output in ("text", "markdown"):
        result = run("scan", "-", "--format", output, stdin=json.dumps(event))
        assert "dangerous" in result.stdout.lower()
        for character in "\x1b\x07\r\u202e":
            assert character not in result.stdout


# ------------------------------------------------------------------ being interrupted


def test_a_closed_pipe_is_no_error():
    reader = subprocess.Popen(
        f"'{BINARY}' scan '{DAY}' --format jsonl --all | head -n 1; exit ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(), text=True,
    )
    stdout, stderr = reader.communicate(timeout=60)
    assert reader.returncode == 0
    assert stdout.count("\n") == 1
    assert "cannot write" not in stderr


def test_a_full_disk_is_an_error(run):
    with open("/dev/full", "wb") as full:
        result = subprocess.run([BINARY, "scan", DAY], stdout=full, stderr=subprocess.PIPE,
                                env=environment(), text=True, check=False)
    assert result.returncode == 1
    assert "cannot write to standard output" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_cleanly(tmp_path, number):
    # A pipe that stays open: the scan waits for more until it is told to stop.
    process = subprocess.Popen([BINARY, "scan", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=environment(TMPDIR=str(tmp_path)))
    process.stdin.write(json.dumps(record()).encode() + b"\n")
    process.stdin.flush()
    deadline = time.monotonic() + 30
    # Ready when the signal is no longer in its default state: SigBlk holds it.
    while time.monotonic() < deadline:
        status = open(f"/proc/{process.pid}/status").read()
        blocked = int(re.search(r"SigBlk:\s*([0-9a-f]+)", status).group(1), 16)
        if blocked & (1 << (number - 1)):
            break
    process.send_signal(number)
    assert process.wait(timeout=30) == 130
    assert b"interrupted" in process.stderr.read()
    assert os.listdir(tmp_path) == []


# ------------------------------------------------------------------ real logs, where they are


SHARED = ROOT.parent / "shared/data"


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here")
@pytest.mark.parametrize(
    "folder, records", [("invictus", 2900), ("stratus", 168), ("traildiscover", 103), ("otrf", 103)]
)
def test_real_sets_are_read_whole(run, folder, records):
    # labels.json lies beside the logs and is none: a notice, no skipped record.
    counts = accounting(run("scan", SHARED / folder))
    assert counts["judged"] + counts["repeated"] == records
    assert counts["skipped"] == 0
