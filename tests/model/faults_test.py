"""Whatever a service does, the scan ends with its report, and says what happened."""

import json
import time

import pytest
from conftest import MODEL, lines, many_cases, opinions
from fake_model import CASE_ANSWER, anthropic_reply

GOOD = anthropic_reply(CASE_ANSWER)


def text_reply(text, stop="end_turn"):
    return anthropic_reply({}, content=[{"type": "text", "text": text}] if text else [],
                           stop_reason=stop)


def error(kind, status, **headers):
    body = json.dumps({"type": "error", "error": {"type": kind, "message": "words"}}).encode()
    return status, headers, body


UNREAD = {
    "a refusal": (text_reply("I cannot help.", "refusal"), "the model refused to answer"),
    "cut off": (text_reply("Type: Safe\nIt is", "max_tokens"), "the answer was cut off"),
    "empty": (text_reply(""), "the answer is empty"),
    "no verdict": (text_reply("All good here!"), "the answer has no verdict"),
    "a tool without its arguments": (anthropic_reply({}), "the answer has no verdict"),
    "arguments of other types": (anthropic_reply({"verdict": 1, "explanation": []}),
                                 "the answer has no verdict"),
    "two answers": (text_reply("Type: Safe\nok\nType: Dangerous\nno"),
                    "it holds answers that contradict each other"),
}


@pytest.mark.parametrize("why", UNREAD)
def test_what_cannot_be_read_changes_nothing(serve, ask_anthropic, why):
    body, words = UNREAD[why]
    fake = serve(lambda asked, number: (200, {}, body))
    done = ask_anthropic(fake)
    assert done.returncode == 0
    assert f"There is no second opinion: {words}." in " ".join(done.stdout.split())
    assert "→" not in done.stdout


FAILING = {
    "overloaded for ever": (lambda: error("overloaded_error", 529), "overloaded_error: words (HTTP 529"),
    "a wrong key": (lambda: error("authentication_error", 401), "authentication_error: words (HTTP 401)"),
    "a wrong question": (lambda: error("invalid_request_error", 400), "invalid_request_error: words (HTTP 400)"),
    "no HTTP at all": (lambda: None, "Anthropic messages: "),
    "a page": (lambda: (200, {"Content-Type": "text/html"}, b"<html>"), 'is no JSON object but "text/html"'),
    "half an answer": (lambda: (200, {"Content-Length": "9999"}, GOOD), "Anthropic messages: "),
    "half of the JSON": (lambda: (200, {}, GOOD[:200]), "is no JSON object"),
    "a huge answer": (lambda: (200, {}, b" " * (5 << 20)), "Anthropic messages: "),
}


@pytest.mark.parametrize("why", FAILING)
def test_a_service_that_fails_leaves_the_local_verdict(serve, ask_anthropic, why):
    reply, words = FAILING[why]
    fake = serve(lambda asked, number: reply())
    done = ask_anthropic(fake, path=ONE_CASE)
    assert done.returncode == 0
    told = " ".join(done.stdout.split())
    assert "There is no second opinion: Anthropic messages" in told
    assert words in told
    assert "DANGEROUS 100 " in told
    assert len(fake.asked) <= 4, "tried again, not for ever"


# The part of the day with the dangerous case, so that each fault is met once.
ONE_CASE = None


@pytest.fixture(autouse=True, scope="module")
def one_case(tmp_path_factory):
    import gzip
    import pathlib

    from conftest import DAY
    records = []
    for path in sorted(pathlib.Path(DAY).rglob("*.json.gz")):
        records += [record for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]
                    if "jenkins-deploy" in json.dumps(record["userIdentity"])]
    folder = tmp_path_factory.mktemp("one_case")
    (folder / "events.json").write_text(json.dumps({"Records": records}), encoding="utf-8")
    globals()["ONE_CASE"] = folder


def test_a_busy_service_is_waited_for(serve, ask_anthropic):
    def answer(asked, number):
        return error("rate_limit_error", 429, **{"Retry-After": "2"}) if number == 1 else (200, {}, GOOD)

    fake = serve(answer)
    begin = time.monotonic()
    done = ask_anthropic(fake, "--format", "jsonl", path=ONE_CASE)
    assert time.monotonic() - begin >= 2
    assert len(fake.asked) == 2
    assert opinions(done)


def test_500_is_tried_again(serve, ask_anthropic):
    fake = serve(lambda asked, number: error("api_error", 500) if number < 3 else (200, {}, GOOD))
    assert opinions(ask_anthropic(fake, "--format", "jsonl", path=ONE_CASE))
    assert len(fake.asked) == 3


def test_the_budget_holds(serve, ask_anthropic, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    many_cases(folder, 30)
    fake = serve(lambda asked, number: (200, {}, GOOD))
    done = ask_anthropic(fake, "--max-cost", "0.05", "--format", "jsonl", path=folder)
    assert done.returncode == 0
    # Each answer costs 900 tokens in at $1 and 120 out at $5 a million: $0.0015.
    spent = len(fake.asked) * 0.0015
    assert 0 < spent <= 0.05
    assert len(fake.asked) < 30
    assert "not asked: the budget is spent" in done.stderr
    assert all(line["case_verdict"] in ("dangerous", "uncertain") for line in lines(done))


def test_a_cap_wants_a_price(serve, scan, tmp_path):
    fake = serve(lambda asked, number: (200, {}, GOOD))
    env = {"ANTHROPIC_BASE_URL": fake.url}
    more = ("--analyst", "anthropic", "--model", "my-own")
    done = scan(*more, "--max-cost", "1", env=env)
    assert done.returncode == 2
    assert "give its price with --prices" in done.stderr
    prices = tmp_path / "prices.json"
    prices.write_text('{"my-own": {"input": 2, "output": 10}}', encoding="utf-8")
    done = scan(*more, "--max-cost", "1", "--prices", prices, env=env)
    assert done.returncode == 0
    assert "$0.0060" in done.stderr
    prices.write_text('{"my-own": {"input": 2}}', encoding="utf-8")
    done = scan(*more, "--prices", prices, env=env)
    assert done.returncode == 2
    assert "output is missing" in done.stderr


@pytest.mark.parametrize("arguments, words", [
    (["--analyst", "anthropic"], "wants a --model"),
    (["--analyst", "anthropic", "--model", MODEL], "wants a key in ANTHROPIC_API_KEY"),
    (["--analyst", "openai", "--model", "x"], "OPENAI_BASE_URL"),
    (["--analyst", "chatbot"], "is one of local|bedrock"),
])
def test_wrong_usage(scan, arguments, words):
    done = scan(*arguments)
    assert done.returncode == 2
    assert words in done.stderr


def test_nothing_is_asked_by_default(serve, scan):
    fake = serve(lambda asked, number: (200, {}, GOOD))
    done = scan(env={"ANTHROPIC_BASE_URL": fake.url, "ANTHROPIC_API_KEY": "x"})
    assert done.returncode == 0
    assert not fake.asked
    assert "second opinion" not in done.stdout
