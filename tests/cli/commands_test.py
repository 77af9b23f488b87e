"""match, rules, explain, --help: outputs, exit statuses, wrong usage."""

import json
import re

import pytest

from conftest import BINARY, DAY, ROOT, record


# ------------------------------------------------------------------ match

CREATE_KEY = '{"detail":{"eventName":["CreateAccessKey"]}}'


def test_match_prints_envelopes(run):
    result = run("match", "--pattern", CREATE_KEY, DAY)
    assert result.returncode == 0
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert events
    for event in events:
        assert event["source"] == "aws.iam"
        assert event["detail-type"] == "AWS API Call via CloudTrail"
        assert event["detail"]["eventName"] == "CreateAccessKey"
        assert event["account"] == event["detail"]["recipientAccountId"]


def test_match_nothing_is_1_and_an_invalid_pattern_2(run):
    assert run("match", "--pattern", '{"source":["aws.nothing"]}', DAY).returncode == 1
    invalid = run("match", "--pattern", '{"source":"aws.iam"}', DAY)
    assert invalid.returncode == 2
    assert invalid.stderr.count("\n") == 1


def test_match_reads_the_pattern_from_a_file(run, tmp_path):
    (tmp_path / "pattern.json").write_text(CREATE_KEY)
    assert run("match", "--pattern", "pattern.json", DAY).returncode == 0
    missing = run("match", "--pattern", "nowhere.json", DAY)
    assert missing.returncode == 2
    assert "nowhere.json" in missing.stderr


def test_match_is_in_the_order_of_the_inputs_for_any_threads(run):
    pattern = '{"detail":{"errorCode":[{"exists":true}]}}'
    one = run("match", "--pattern", pattern, DAY, "--threads", "1")
    assert one.stdout.count("\n") > 20
    for threads in (2, 7):
        assert run("match", "--pattern", pattern, DAY, "--threads", threads).stdout == one.stdout


def test_match_count(run):
    pattern = '{"detail":{"errorCode":[{"exists":true}]}}'
    printed = run("match", "--pattern", pattern, DAY).stdout.count("\n")
    assert run("match", "--pattern", pattern, DAY, "--count").stdout == f"{printed}\n"


def test_match_raw_takes_any_objects(run):
    text = '{"a":{"b":[1,2]}}\n{"a":{"b":3}}\n{"Records":[{"a":{"b":2}}]}\n'
    result = run("match", "--raw", "--pattern", '{"a":{"b":[2,3]}}', "-", stdin=text)
    assert result.returncode == 0
    assert result.stdout == '{"a":{"b":[1,2]}}\n{"a":{"b":3}}\n'


def test_match_check(run):
    good = run("match", "--check", "--pattern", CREATE_KEY)
    assert (good.returncode, good.stdout) == (0, "the pattern is valid\n")
    never = run("match", "--check", "--pattern",
                '{"detail-type":["AWS API Call via CloudTrail"],"detail":{"eventName":["ConsoleLogin"]}}')
    assert never.returncode == 0
    assert "warning" in never.stdout
    assert run("match", "--check", "--pattern", "{}").returncode == 2


# ------------------------------------------------------------------ rules


def test_rules_list(run, golden):
    result = run("rules", "list")
    assert result.returncode == 0
    golden("rules_list.txt", result.stdout)


def test_the_built_in_rules_load_and_pass_their_examples(run):
    assert run("rules", "check").returncode == 0
    result = run("rules", "test", ROOT / "rules")
    assert result.returncode == 0, result.stderr
    assert re.fullmatch(r"\d+ rules, \d+ events, 0 wrong\n", result.stdout)


RULE = """title: Regions are listed
logsource: {product: aws, service: cloudtrail}
detection:
  selection: {eventName: DescribeRegions}
  condition: selection
"""


def test_rules_check_names_every_problem(run, tmp_path):
    (tmp_path / "bad.yml").write_text(RULE.replace("eventName:", "eventName|containz:"))
    result = run("rules", "check", "bad.yml")
    assert result.returncode == 1
    assert "bad.yml:4:" in result.stderr
    assert "containz" in result.stderr


def test_rules_test_tells_a_miss_and_a_false_alarm(run, tmp_path):
    (tmp_path / "rule.yml").write_text(RULE)
    (tmp_path / "rule.events.json").write_text(json.dumps({
        "fires": [record(eventName="DescribeVpcs")],
        "near_misses": [{"why": "it is the same", "event": record()}],
    }))
    result = run("rules", "test", "rule.yml")
    assert result.returncode == 1
    assert "fires[0]: does not fire" in result.stderr
    assert "it is the same: fires, but must not" in result.stderr
    assert result.stdout == "1 rules, 2 events, 2 wrong\n"


def test_rules_test_wants_examples(run, tmp_path):
    (tmp_path / "rule.yml").write_text(RULE)
    assert run("rules", "test", "rule.yml").returncode == 1


def test_a_rule_cannot_take_the_id_of_a_built_in_one(run, tmp_path):
    built_in = (ROOT / "rules/impact/bucket_deleted.yml").read_text()
    taken = re.search(r"^id: (.*)$", built_in, re.MULTILINE).group(1)
    (tmp_path / "mine.yml").write_text(f"id: {taken}\n{RULE}")
    result = run("scan", DAY, "--rules", "mine.yml")
    assert f"mine.yml:1:5: rule not loaded: the id '{taken}' is already that of" in result.stderr
    assert "builtin:impact/bucket_deleted.yml" in result.stderr


# ------------------------------------------------------------------ explain


def test_explain_a_case_and_an_event(run, golden):
    verdicts = run("scan", DAY, "--format", "jsonl", "--min-verdict", "dangerous").stdout
    line = next(json.loads(text) for text in verdicts.splitlines() if '"dangerous"' in text)
    case = run("explain", line["case"], DAY)
    assert case.returncode == 0
    golden("explain_case.txt", case.stdout)
    event = run("explain", line["event_id"], DAY)
    assert event.returncode == 0
    assert line["findings"][0]["title"] in event.stdout
    assert f'"eventID":"{line["event_id"]}"' in event.stdout.replace('": "', '":"')


def test_explain_a_safe_event_shows_its_record(run):
    verdicts = run("scan", DAY, "--format", "jsonl", "--all").stdout.splitlines()
    line = next(line for line in map(json.loads, verdicts) if not line["findings"])
    event = run("explain", line["event_id"], DAY)
    assert event.returncode == 0
    assert "no rule holds for it" in event.stdout
    assert f'"eventID":"{line["event_id"]}"' in event.stdout.replace('": "', '":"')


def test_explain_an_unknown_id(run):
    result = run("explain", "c-000000000000", DAY)
    assert result.returncode == 1
    assert "c-000000000000" in result.stderr


# ------------------------------------------------------------------ help


@pytest.mark.parametrize(
    "command", [[], ["scan"], ["match"], ["rules"], ["rules", "list"], ["rules", "check"],
                ["rules", "test"], ["sink", "test"], ["explain"], ["verify"], ["watch"], ["lambda"],
                ["digest"], ["setup"], ["teardown"]],
    ids=lambda words: "_".join(words) or "top",
)
def test_help(run, golden, command):
    result = run(*command, "--help")
    assert result.returncode == 0
    golden(f"help_{'_'.join(command) or 'top'}.txt", result.stdout)


# A command knows its own options only, and is looked up by its first word.
def test_an_input_may_have_the_name_of_a_command(run, tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/log.json").write_text(json.dumps({"Records": [record()]}))
    result = run("match", "--count", "--pattern", '{"version":["0"]}', "rules")
    assert (result.returncode, result.stdout) == (0, "1\n")


def test_wrong_words(run):
    for words, answer in [
        (["scam"], "'scam' is no command"),
        (["rules", "lost"], ""),
        (["scan", "--patern", "x"], "--patern"),
        ([], "command"),
    ]:
        result = run(*words)
        assert result.returncode == 2
        assert answer in result.stderr
        assert "(see trailwarden --help)" in result.stderr


def test_version(run):
    assert re.fullmatch(r"trailwarden \d+\.\d+\.\d+\n", run("--version").stdout)


def test_the_binary_is_static():
    # Shared libraries are named by a PT_INTERP segment's loader; a static executable has none.
    assert b"/lib64/ld-linux" not in BINARY.read_bytes()[:4096]
