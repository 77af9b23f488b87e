"""digest with a language model that does as it is told: its words, our facts."""

import gzip
import json
import re
import signal
import subprocess
import time

import pytest

from conftest import BINARY, DAY, KEY, environment
from fake_model import anthropic_reply

MODEL = "claude-haiku-4-5"
ASK = ("digest", str(DAY), "--analyst", "anthropic", "--model", MODEL, "--engine", "direct")


def text_reply(text, **more):
    return 200, {}, anthropic_reply({}, content=[{"type": "text", "text": text}],
                                    stop_reason="end_turn", **more)


def says(matters, **topics):
    """A model that answers each question the same; `matters` may be a function of the question."""

    def answer(asked, _):
        points = matters(asked) if callable(matters) else matters
        return text_reply(json.dumps({"matters": points, "actors": [], "routine": [], "todo": [],
                                      **topics}))

    return answer


def keys(fake, tmp_path):
    return {"ANTHROPIC_BASE_URL": fake.url, "ANTHROPIC_API_KEY": KEY, "XDG_STATE_HOME": str(tmp_path)}


def flat(text):
    return " ".join(text.split())


def test_the_models_words_on_a_page_of_facts(run, serve, tmp_path):
    fake = serve(says([{"text": "Jenkins took over the account.", "events": ["e1", "e2"]}],
                      todo=["Rotate the key of jenkins-deploy."]))
    result = run(*ASK, env=keys(fake, tmp_path))
    assert result.returncode == 0, result.stderr
    page = flat(result.stdout)
    assert "[dangerous] Jenkins took over the account." in page
    assert "Rotate the key of jenkins-deploy." in page
    assert "Written by: " + MODEL in page
    assert "uncertain] IAM user signs in" in page, "a case that the model does not tell is told by us"
    assert "Policy attached to a user by user jenkins-deploy. IAM user" not in page
    assert f"asked Anthropic {MODEL} {len(fake.asked)} questions" in result.stderr


def test_every_dangerous_case_is_there_whatever_the_model_says(run, serve, tmp_path):
    fake = serve(says([{"text": "All quiet, nothing to see.", "events": []}]))
    page = flat(run(*ASK, env=keys(fake, tmp_path)).stdout)
    assert "[dangerous] Policy attached to a user by user jenkins-deploy." in page
    assert "[dangerous] All quiet" not in page


def test_citations_of_events_that_were_not_shown_are_removed_and_counted(run, serve, tmp_path):
    fake = serve(says([{"text": "Look here.", "events": ["e1", "e99999", "made-up"]}]))
    result = run(*ASK, env=keys(fake, tmp_path))
    removed = int(re.search(r"(\d+) citations of events", result.stderr).group(1))
    elsewhere = [asked for asked in fake.asked
                 if "Lines of" in asked.question and 1 not in numbers(asked)]
    assert removed == 2 * len(fake.asked) + len(elsewhere)
    assert "99999" not in result.stdout and "made-up" not in result.stdout


def test_every_event_of_the_attack_is_shown_to_the_model(run, serve, tmp_path):
    """Folding keeps what rules call dangerous: a label for each such event, in some question."""
    truth = json.loads((DAY.parent / "truth.json").read_text())["events"]
    fake = serve(says([]))
    run(*ASK, env=keys(fake, tmp_path))
    shown = sum(len(numbers(asked)) for asked in fake.asked)
    dangerous = run("scan", DAY, "--format", "jsonl", "--min-verdict", "dangerous").stdout
    ids = {json.loads(line)["event_id"] for line in dangerous.splitlines()}
    assert ids & {event["event_id"] for event in truth}
    assert shown >= len(ids)


def numbers(asked):
    found = set()
    for first, last in re.findall(r'"e(\d+)(?:-e(\d+))?"', asked.question):
        found.update(range(int(first), int(last or first) + 1))
    return found


def test_what_cannot_be_read_is_told_from_counts(run, serve, tmp_path):
    fake = serve(lambda asked, number: text_reply("I would rather write a poem."))
    result = run(*ASK, env=keys(fake, tmp_path))
    assert result.returncode == 0
    assert "[dangerous] Policy attached to a user by user jenkins-deploy." in flat(result.stdout)
    assert "could not be used, the first: the answer is no summary" in result.stderr


def test_hostile_words_of_a_model_stay_words(run, serve, tmp_path):
    text = "<script>x</script> [go](https://evil.example) <!channel> @here \x1b[31m # heading"
    fake = serve(says([{"text": text, "events": ["e1"]}], todo=[text]))
    for form in ("html", "markdown", "text"):
        page = run(*ASK, "--format", form, env=keys(fake, tmp_path)).stdout
        assert "heading" in page
        assert "<script" not in page and "https://evil" not in page
        assert "\x1b" not in page and "<!channel" not in page


def test_redacted_names_stay_here_and_stand_on_the_page(run, serve, tmp_path):
    def matters(asked):
        users = dict.fromkeys(re.findall(r'"user":"((?:user|role) [^"]+)"', asked.question))
        parts = re.findall(r'"text":"(About [^"]+)\."', asked.question)
        return [{"text": f"About {', '.join(users)}.", "events": []}] if users else parts[:1]

    fake = serve(says(matters))
    result = run(*ASK, "--by", "user", "--redact", env=keys(fake, tmp_path))
    assert result.returncode == 0, result.stderr
    groups = flat(result.stdout).split(" By user ")[1]
    assert "About user jenkins-deploy" in groups
    log = "".join(gzip.decompress(path.read_bytes()).decode() for path in DAY.rglob("*.json.gz"))
    told = set(re.findall(r'"(?:userName|accountId|sourceIPAddress)": ?"([^"]+)"', log))
    secret = {name for name in told if not name.endswith(".amazonaws.com")}
    assert {"jenkins-deploy", "111122223333"} < secret
    for asked in fake.asked:
        for name in secret:
            assert not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", asked.question), name


def test_by_user_each_of_the_worst_gets_a_summary(run, serve, tmp_path):
    def matters(asked):
        users = re.findall(r'"user":"([^"]+)"|About ([^.]+)\.', asked.question)
        names = dict.fromkeys(one or other for one, other in users)
        return [{"text": f"About {', '.join(names)}.", "events": []}]

    page = flat(run(*ASK, "--by", "user", env=keys(serve(says(matters)), tmp_path)).stdout)
    groups = page.split(" By user ")[1]
    assert "About user jenkins-deploy." in groups
    assert "About role thumbnails-role." in groups


def test_killed_anywhere_nothing_is_paid_twice(run, serve, tmp_path):
    """Each kill comes while some answers are in and others are not."""
    whole = serve(says([{"text": "Seen.", "events": ["e1"]}]))
    page = run(*ASK, "--by", "user", env=keys(whole, tmp_path / "other")).stdout
    questions = sorted(asked.question for asked in whole.asked)
    assert len(questions) > 20

    killed = {"at": 0, "process": None}

    def answer(asked, number):
        if killed["process"] is not None and number % 9 == 0:
            killed["process"].send_signal(signal.SIGKILL)
            time.sleep(0.05)
            return None
        time.sleep(0.01)
        return says([{"text": "Seen.", "events": ["e1"]}])(asked, number)

    fake = serve(answer)
    runs = 0
    while True:
        process = subprocess.Popen([BINARY, *ASK, "--by", "user"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True,
                                   env=environment(**keys(fake, tmp_path)))
        killed["process"] = process
        out, err = process.communicate(timeout=60)
        runs += 1
        assert runs < 60
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL, err
    assert runs > 3
    assert strip_marks(out) == strip_marks(page)
    answered = [asked for number, asked in enumerate(fake.asked, 1) if number % 9 != 0]
    twice = len(answered) - len({strip_marks(asked.question) for asked in answered})
    # Only what was under way when a kill came, and had no answer in the journal, is asked again.
    assert twice <= 16 * (runs - 1)
    assert not list((tmp_path / "trailwarden").glob("*.journal")), "the page is written: all is done"


def strip_marks(text):
    return re.sub(r"DATA-[0-9a-f]{16}", "DATA", text)


def test_a_checkpoint_that_is_named_stays_and_costs_nothing_again(run, serve, tmp_path):
    fake = serve(says([{"text": "Seen.", "events": ["e1"]}]))
    first = run(*ASK, "--checkpoint", "week.journal", env=keys(fake, tmp_path))
    asked = len(fake.asked)
    again = run(*ASK, "--checkpoint", "week.journal", env=keys(fake, tmp_path))
    assert again.stdout == first.stdout and len(fake.asked) == asked
    other = run(*ASK, "--by", "region", "--checkpoint", "week.journal", env=keys(fake, tmp_path))
    assert other.returncode == 2
    assert other.stderr.count("\n") == 1 and "another model" in other.stderr
    assert len(fake.asked) == asked


def test_the_estimate_asks_nothing_and_is_near(run, serve, tmp_path):
    fake = serve(says([]))
    result = run(*ASK, "--estimate", env=keys(fake, tmp_path))
    prompts, tokens = (int(text.replace(",", "")) for text in re.search(
        r": ([\d,]+) prompts?, about ([\d,]+) tokens in", result.stdout).groups())
    assert fake.asked == []
    assert "$" in result.stdout and "minute" in result.stdout
    run(*ASK, env=keys(fake, tmp_path))
    assert prompts == pytest.approx(len(fake.asked), abs=3)
    sent = sum(len(asked.raw) for asked in fake.asked) / 3
    assert tokens == pytest.approx(sent, rel=0.5)


def test_a_cap_ends_in_a_page_all_the_same(run, serve, tmp_path):
    fake = serve(says([{"text": "Seen.", "events": []}]))
    result = run(*ASK, "--max-cost", "0.0001", env=keys(fake, tmp_path))
    assert fake.asked == []
    assert "not asked: the budget is spent" in result.stderr
    assert "[dangerous] Policy attached to a user" in flat(result.stdout)


def test_no_form_is_asked_for_and_data_is_fenced(run, serve, tmp_path):
    fake = serve(says([]))
    run(*ASK, env=keys(fake, tmp_path))
    assert fake.asked
    for asked in fake.asked:
        assert "tools" not in asked.body and "output_config" not in asked.body
        assert re.search(r"^(DATA-[0-9a-f]{16})\n(.*)\n\1$", asked.question, re.M | re.S)
