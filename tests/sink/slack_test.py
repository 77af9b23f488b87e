"""Slack: what arrives, in which thread, and what becomes of each failure."""

import json
import pathlib
import time

import pytest
from block_rules import check_message, texts_of
from fake_slack import HOOK, TOKEN, Broken, FakeSlack, Refuse, TooMany
from faults import FaultProxy, Half, Reset, Silence
from samples import NASTY, OPINION, hostile, huge, notice, trial_notice, uncertain

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALERTS = "C0ALERTS001"


def opened(bot, **changes):
    answer = bot.send(notice(**changes), "k-opened")
    assert answer["outcome"] == "sent", answer
    return answer["reference"]


def now():
    return int(time.time())


def test_first_word_of_a_case_is_one_message_in_the_verdicts_colour(bot, slack):
    reference = opened(bot)
    (message,) = slack.messages()
    assert reference == f"{ALERTS}:{message['ts']}"
    assert message["attachments"][0]["color"] == "#c41616"
    whole = json.dumps(message, ensure_ascii=False)
    for part in ("Dangerous", "mallory", "CreateAccessKey", "203.0.113.77", "111122223333",
                 "2026-03-03 02:11 – 02:26 UTC", "T1098.001", "93 of 100",
                 "us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/events/",
                 "127.0.0.1:8080/cases/c-1f6b4a2c9d3e", "rules 2026-11-22"):  # fmt: skip
        assert part in whole.replace("\u2060", ""), part


def test_a_raised_verdict_is_a_reply_seen_in_the_channel_and_the_first_message_is_renewed(bot, slack):
    thread = opened(bot, verdict="uncertain", risk=46)
    raised = notice(kind="raised", before="uncertain", revision=2)
    assert bot.send(raised, "k-raised", thread=thread)["reference"] == thread
    root = slack.messages()[0]
    (reply,) = slack.messages(thread=root["ts"])
    assert reply["reply_broadcast"] is True
    assert "Raised from uncertain to dangerous" in json.dumps(reply)
    assert root["attachments"][0]["color"] == "#c41616"


def test_what_grows_renews_the_first_message_and_calls_nobody(bot, slack):
    thread = opened(bot)
    grown = notice(kind="grown", events=1234, revision=2)
    assert bot.send(grown, "k-grown", thread=thread)["outcome"] == "sent"
    assert len(slack.posted) == 1 and "1,234 events" in json.dumps(slack.posted[0])


def test_a_models_opinion_is_a_quiet_reply_and_stands_in_the_first_message(bot, slack):
    thread = opened(bot)
    told = notice(kind="opinion", opinion=OPINION, revision=2)
    assert bot.send(told, "k-opinion", thread=thread)["outcome"] == "sent"
    root = slack.messages()[0]
    (reply,) = slack.messages(thread=root["ts"])
    assert reply["reply_broadcast"] is False
    for message in (root, reply):
        assert "taking over the account" in json.dumps(message)


def test_later_words_without_a_thread_are_messages(bot, slack):
    for kind in ("raised", "grown", "opinion"):
        assert bot.send(notice(kind=kind), kind)["outcome"] == "sent"
    assert len(slack.messages()) == 3


def test_a_channel_by_name(slack, probe):
    bot = probe("slack:#alerts", SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL=slack.url + "/api")
    assert bot.send(notice(), "k1")["reference"].startswith(f"{ALERTS}:")


# --- Failures ---------------------------------------------------------------------------------

OPERATOR = ["channel_not_found", "not_in_channel", "is_archived", "invalid_auth", "token_revoked",
            "account_inactive", "missing_scope", "no_permission", "restricted_action",
            "not_allowed_token_type", "org_login_required", "ekm_access_denied"]  # fmt: skip
LATER = ["ratelimited", "rate_limited", "service_unavailable", "request_timeout"]
DOUBT = ["internal_error", "fatal_error"]
LOOKS = ["invalid_blocks", "invalid_attachments", "msg_blocks_too_long", "msg_too_long", "no_text",
         "invalid_blocks_format", "too_many_attachments", "invalid_arguments"]  # fmt: skip


@pytest.mark.parametrize("error", OPERATOR)
def test_what_a_person_has_to_mend_is_refused_by_name(bot, slack, error):
    slack.plan = [Refuse(error, needed="chat:write")] * 2
    answer = bot.send(notice(), "k1")
    assert answer["outcome"] == "refused" and error in answer["reason"]
    assert TOKEN not in json.dumps(answer)


@pytest.mark.parametrize("error", LATER)
def test_what_passes_is_postponed(bot, slack, error):
    slack.plan = [Refuse(error)]
    assert bot.send(notice(), "k1")["outcome"] == "postponed"
    assert slack.posted == []


@pytest.mark.parametrize("error", DOUBT)
def test_what_may_have_been_done_is_a_doubt(bot, slack, error):
    slack.plan = [Refuse(error)]
    assert bot.send(notice(), "k1")["outcome"] == "in_doubt"


@pytest.mark.parametrize("error", LOOKS)
def test_no_alert_is_lost_to_its_looks(bot, slack, error):
    slack.plan = [Refuse(error)]
    assert bot.send(notice(), "k1")["outcome"] == "sent"
    (message,) = slack.messages()
    assert "blocks" not in message and "attachments" not in message
    assert "mallory" in message["text"] and "AdministratorAccess" in message["text"]


def test_looks_are_given_up_once(bot, slack):
    slack.plan = [Refuse("invalid_blocks"), Refuse("invalid_blocks")]
    assert bot.send(notice(), "k1")["outcome"] == "refused"


def test_an_unknown_error_may_pass_and_is_refused_the_third_time(bot, slack):
    slack.plan = [Refuse("brand_new_error")] * 3
    outcomes = [bot.send(notice(), "k1", attempt=n)["outcome"] for n in (1, 2, 3)]
    assert outcomes == ["postponed", "postponed", "refused"]


def test_too_many_requests_close_the_sink_for_as_long_as_slack_says(bot, slack):
    slack.plan = [TooMany(30)]
    first = bot.send(notice(), "k1")
    assert (first["outcome"], first["after_ms"]) == ("postponed", 30_000)
    calls = len(slack.calls)
    second = bot.send(notice(case="c-2"), "k2")
    assert second["outcome"] == "postponed" and 25_000 < second["after_ms"] <= 30_000
    assert len(slack.calls) == calls


def test_a_short_wait_is_over_by_itself(bot, slack):
    slack.plan = [TooMany(1)]
    assert bot.send(notice(), "k1")["outcome"] == "postponed"
    time.sleep(1.05)  # The product's clock is the machine's.
    assert bot.send(notice(), "k1")["outcome"] == "sent"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_that_fails_leaves_a_doubt(bot, slack, status):
    slack.plan = [Broken(status)]
    assert bot.send(notice(), "k1")["outcome"] == "in_doubt"


def test_nobody_there_is_postponed(probe):
    bot = probe("slack:C0ALERTS001", SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL="http://127.0.0.1:1/api")
    assert bot.send(notice(), "k1")["outcome"] == "postponed"


def test_a_token_from_a_file_is_read_again_when_slack_refuses_it(slack, probe, tmp_path):
    file = tmp_path / "token"
    file.write_text("xoxb-old\n")
    bot = probe(f"slack:{ALERTS},secret=file:{file}", SLACK_API_URL=slack.url + "/api")
    assert bot.send(notice(), "k1")["outcome"] == "refused"
    file.write_text(TOKEN + "\n")
    assert bot.send(notice(), "k1")["outcome"] == "sent"


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed"])
def test_a_first_message_that_cannot_be_renewed_stops_nothing(bot, slack, error):
    thread = opened(bot)
    slack.plan = [Refuse(error)]
    assert bot.send(notice(kind="grown"), "k-grown", thread=thread)["outcome"] == "sent"
    # A message that was deleted is left alone; one that is locked gets a quiet reply.
    assert len(slack.posted) == (1 if error == "message_not_found" else 2)
    assert not any(m.get("reply_broadcast") for m in slack.posted)


@pytest.mark.parametrize("error", ["thread_not_found", "invalid_thread_ts", "cannot_reply_to_message"])
def test_without_its_thread_a_raised_verdict_is_a_message(bot, slack, error):
    thread = opened(bot)
    slack.plan = [Refuse(error)]
    assert bot.send(notice(kind="raised"), "k2", thread=thread)["outcome"] == "sent"
    assert len(slack.messages()) == 2


def test_a_renewal_that_is_throttled_is_tried_once_more(bot, slack):
    thread = opened(bot, verdict="uncertain")
    real, slack.plan = slack.act, []
    seen = []

    def throttled(request, url, method, raw):
        if method == "chat.update" and not seen:
            seen.append(method)
            return 429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "0"}
        return real(request, url, method, raw)

    slack.act = throttled
    raised = notice(kind="raised", before="uncertain")
    assert bot.send(raised, "k2", thread=thread)["outcome"] == "sent"
    assert slack.posted[0]["attachments"][0]["color"] == "#c41616"


# --- Doubt ------------------------------------------------------------------------------------


@pytest.fixture
def between(slack, probe):
    """A bot that reaches the fake through a proxy that breaks things."""
    with FaultProxy(slack.url) as proxy:
        bot = probe(f"slack:{ALERTS}", SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL=proxy.url + "/api")
        yield proxy, bot


def test_a_message_that_arrived_though_its_answer_did_not_is_not_sent_twice(between, slack):
    proxy, bot = between
    for number, fault in enumerate([Reset("after"), Half()]):
        key, begin = f"k{number}", now()
        proxy.plan = [fault]
        assert bot.send(notice(), key)["outcome"] == "in_doubt"
        answer = bot.send(notice(), key, attempt=2, in_doubt=True, first_tried=begin)
        assert answer["outcome"] == "sent"
        assert answer["reference"] == f"{ALERTS}:{slack.posted[-1]['ts']}"
    assert slack.keys() == ["k0", "k1"]


def test_a_message_that_did_not_arrive_is_sent_again(between, slack):
    proxy, bot = between
    proxy.plan = [Reset("before")]
    assert bot.send(notice(), "k1")["outcome"] == "in_doubt"
    answer = bot.send(notice(), "k1", attempt=2, in_doubt=True, first_tried=now())
    assert answer["outcome"] == "sent" and slack.keys() == ["k1"]
    assert "repeat" not in json.dumps(slack.posted)


def test_replies_are_looked_up_in_their_thread(between, slack):
    proxy, bot = between
    thread = opened(bot)
    proxy.plan = [Reset("after")]
    raised = notice(kind="raised", before="uncertain")
    assert bot.send(raised, "k2", thread=thread)["outcome"] == "in_doubt"
    again = bot.send(raised, "k2", thread=thread, attempt=2, in_doubt=True, first_tried=now())
    assert (again["outcome"], again["reference"]) == ("sent", thread)
    assert slack.keys() == ["k-opened", "k2"]


def test_the_looking_goes_through_all_pages(bot, slack):
    begin = now()
    assert bot.send(notice(), "wanted")["outcome"] == "sent"
    for number in range(40):
        assert bot.send(notice(case=f"c-{number}"), f"k{number}")["outcome"] == "sent"
    answer = bot.send(notice(), "wanted", attempt=2, in_doubt=True, first_tried=begin)
    assert answer["reference"] == f"{ALERTS}:{slack.posted[0]['ts']}"
    assert len(slack.posted) == 41


def search_among_others(bot, slack, disturb):
    """Looks a message up that lies three pages back, until it is found; the cursors asked for."""
    begin = now()
    assert bot.send(notice(), "wanted")["outcome"] == "sent"
    for number in range(40):
        assert bot.send(notice(case=f"c-{number}"), f"k{number}")["outcome"] == "sent"
    cursors, history = [], slack.history

    def watched(arguments):
        cursors.append(arguments.get("cursor", ""))
        return disturb(cursors) or history(arguments)

    slack.history = watched
    for attempt in (2, 3):
        answer = bot.send(notice(), "wanted", attempt=attempt, in_doubt=True, first_tried=begin)
        if answer["outcome"] != "in_doubt":
            break
    assert answer["reference"] == f"{ALERTS}:{slack.posted[0]['ts']}"
    assert len(slack.posted) == 41
    return cursors


def test_a_search_goes_on_where_it_was_interrupted(bot, slack):
    def fail_the_third_page(cursors):
        if len(cursors) == 2:
            slack.plan = [Broken(500)]

    assert search_among_others(bot, slack, fail_the_third_page) == ["", "15", "30"]


def test_a_search_whose_cursor_expired_begins_anew(bot, slack):
    def expire(cursors):
        if len(cursors) == 2:
            return {"ok": False, "error": "invalid_cursor"}

    assert search_among_others(bot, slack, expire) == ["", "15", "", "15", "30"]


def test_a_look_up_that_fails_leaves_the_doubt(bot, slack):
    slack.plan = [TooMany(1)]
    answer = bot.send(notice(), "k1", attempt=2, in_doubt=True, first_tried=now())
    assert answer["outcome"] == "in_doubt" and slack.posted == []


def test_where_the_app_may_not_read_it_is_sent_again_and_says_so(probe):
    with FakeSlack(scopes=["chat:write"]) as slack:
        bot = probe(f"slack:{ALERTS}", SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL=slack.url + "/api")
        answer = bot.send(notice(), "k1", attempt=2, in_doubt=True, first_tried=now())
        assert answer["outcome"] == "sent"
        assert "may be a repeat" in json.dumps(slack.posted)


def test_an_answer_that_never_ends_is_a_doubt(between):
    proxy, bot = between
    proxy.plan = [Silence()]
    assert bot.send(notice(), "k1")["outcome"] == "in_doubt"


# --- Incoming webhooks ------------------------------------------------------------------------


def test_a_webhook_gets_every_word_but_the_growing(hook, slack):
    sent = [hook.send(notice(kind=kind, opinion=OPINION), kind)
            for kind in ("opened", "raised", "grown", "opinion")]  # fmt: skip
    assert [a.get("outcome") for a in sent] == ["sent", "sent", None, "sent"]
    assert [a["wanted"] for a in sent] == [True, True, False, True]
    assert len(slack.hooked) == 3


@pytest.mark.parametrize(
    "status,body,outcome",
    [
        (400, b"user_not_found", "refused"),
        (403, b"action_prohibited", "refused"),
        (403, b"invalid_token", "refused"),
        (404, b"channel_not_found", "refused"),
        (404, b"no_service", "refused"),
        (410, b"channel_is_archived", "refused"),
        (418, b"never_heard_of", "postponed"),
        (429, b"", "postponed"),
        (500, b"rollup_error", "in_doubt"),
        (503, b"<html>", "in_doubt"),
    ],
)
def test_what_a_webhooks_refusals_mean(hook, slack, status, body, outcome):
    slack.plan = [Broken(status, body)]
    answer = hook.send(notice(), "k1")
    assert answer["outcome"] == outcome
    assert "hook-Secret" not in json.dumps(answer)


@pytest.mark.parametrize("body", [b"invalid_payload", b"invalid_blocks\n", b"too_many_attachments"])
def test_a_webhook_too_loses_no_alert_to_its_looks(hook, slack, body):
    slack.plan = [Broken(400, body)]
    assert hook.send(notice(), "k1")["outcome"] == "sent"
    assert "blocks" not in slack.hooked[0]


def test_a_webhooks_url_is_in_no_error(probe):
    hook = probe("slack", SLACK_WEBHOOK_URL="http://127.0.0.1:1" + HOOK)
    answer = hook.send(notice(), "k1")
    assert answer["outcome"] == "postponed" and "Secret" not in json.dumps(answer)
    assert answer["name"] == "slack:webhook"


# --- Text from outside ------------------------------------------------------------------------


def render(probe, line):
    renderer = probe("--render")
    return [renderer.ask(notice=line, place=place) for place in ("root", "thread", "plain")]


def test_the_injection_corpus_stays_text(probe):
    corpus = (ROOT / "tests/injection/corpus.jsonl").read_text().splitlines()
    texts = [json.loads(line)["text"] for line in corpus]
    assert len(texts) >= 200
    renderer = probe("--render")
    for text in texts:
        for kind, place in (("opened", "root"), ("opinion", "thread"), ("opened", "plain")):
            message = renderer.ask(notice=hostile(text, kind=kind), place=place)
            check_message(message)
            for how, said in texts_of(message):
                assert_is_only_text(how, said)


OURS = ("<https://attack.mitre.org/techniques/", "<http://127.0.0.1:8080/", "<https://example.com/")


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("kind", ["opened", "raised", "opinion"])
def test_hostile_text_stays_text(probe, nasty, kind):
    for message in render(probe, hostile(nasty, kind=kind)):
        check_message(message)
        for how, text in texts_of(message):
            assert_is_only_text(how, text)


def assert_is_only_text(how, text):
    rest = text
    if how == "mrkdwn":
        for link in [part.split(">")[0] for part in text.split("<")[1:]]:
            assert ("<" + link).startswith(OURS), text
            rest = rest.replace("<" + link + ">", "")
        # What stands in code is not parsed.
        rest = "".join(rest.split("`")[::2])
        assert text.count("`") % 2 == 0, text
        rest = rest.replace("*Model's opinion: safe*", "").replace("*ATT&amp;CK*", "")
    assert "<" not in rest and ">" not in rest, text
    entities = rest.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert "&" not in entities, text
    for bad in ("://", "@here", "@channel", "evil.example", ":skull", ":100", ":+1", "\u202e",
                "\u2066", "\u200b", "\x00", "\x1b"):  # fmt: skip
        assert bad not in rest, text


@pytest.mark.parametrize("character", ["x", "&", "<", "é", "漢", "😀", "`", "\n", "a.b", "👩‍👩‍👧‍👦", ":a"])
def test_no_text_is_too_long(probe, character):
    for line in (huge(character), huge(character) | {"kind": "opinion"}):
        for message in render(probe, line):
            check_message(message)


def test_every_kind_of_notice_is_a_sound_message(slack, probe):
    spec = "slack:C0ALERTS001,min=safe"
    bot = probe(spec, SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL=slack.url + "/api")
    for number, line in enumerate([trial_notice(), uncertain(), notice(verdict="safe", risk=3),
                                   notice(opinion=OPINION)]):  # fmt: skip
        assert bot.send(line, f"k{number}")["outcome"] == "sent"
    colours = [m["attachments"][0]["color"] for m in slack.messages()]
    assert colours == ["#25b04a", "#ede326", "#25b04a", "#c41616"]
