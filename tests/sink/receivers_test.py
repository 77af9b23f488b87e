"""Webhooks, SNS, files and OCSF: what arrives, and what becomes of each failure."""

import datetime
import email.utils
import hashlib
import hmac
import http.server
import json
import pathlib
import re
import threading

import boto3
import pytest
from faults import FaultProxy, Reset
from py_ocsf_models.events.findings.detection_finding import DetectionFinding
from samples import NASTY, OPINION, hostile, huge, notice, trial_notice, uncertain

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECRET = "a-secret-of-the-receiver"
REGION = "eu-central-1"


class Receiver:
    """A webhook's other end, as docs/SINKS.md tells people to write it."""

    def __init__(self):
        self.taken = {}  # By Idempotency-Key.
        self.repeats = 0
        self.answers = []  # Of the next requests: (status, headers).
        self.headers = []

    def __enter__(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers = receiver.take(self.headers, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/alerts?token=url-Secret"
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def take(self, headers, body):
        self.headers.append(dict(headers))
        if self.answers:
            return self.answers.pop(0)
        key = headers["Idempotency-Key"]
        self.repeats += key in self.taken
        self.taken[key] = (dict(headers), body)
        return 204, {}


@pytest.fixture
def receiver():
    with Receiver() as each:
        yield each


@pytest.fixture
def webhook(receiver, probe):
    return probe(f"webhook:{receiver.url}", TRAILWARDEN_WEBHOOK_SECRET=SECRET)


def test_a_webhook_gets_the_notice_signed(webhook, receiver):
    sent = notice(opinion=OPINION)
    assert webhook.send(sent, "k1")["outcome"] == "sent"
    headers, body = receiver.taken["k1"]
    assert headers["Content-Type"] == "application/json"
    stamp = headers["X-Trailwarden-Timestamp"]
    age = datetime.datetime.now().timestamp() - int(stamp)
    assert -2 < age < 60
    expected = hmac.new(SECRET.encode(), b"v1:" + stamp.encode() + b":" + body, hashlib.sha256)
    assert headers["X-Trailwarden-Signature"] == "v1=" + expected.hexdigest()
    got = json.loads(body)
    assert got.pop("key") == "k1"
    assert got.pop("console_url").startswith("https://us-east-1.console.aws.amazon.com/")
    assert got == sent


def test_the_manuals_way_to_check_it_works(webhook, receiver):
    manual = (ROOT / "docs/SINKS.md").read_text()
    code = re.search(r"```python\n(.*?)```", manual, re.DOTALL).group(1)
    names = {}
    exec(code, names)  # noqa: S102: our own manual
    assert webhook.send(notice(), "k1")["outcome"] == "sent"
    headers, body = receiver.taken["k1"]
    check = names["is_from_trailwarden"]
    assert check(SECRET.encode(), headers, body)
    assert not check(b"another secret", headers, body)
    assert not check(SECRET.encode(), headers, body + b" ")
    old = headers | {"X-Trailwarden-Timestamp": "1772503869"}
    assert not check(SECRET.encode(), old, body)


def test_without_a_secret_nothing_is_signed(receiver, probe):
    assert probe(f"webhook:{receiver.url}").send(notice(), "k1")["outcome"] == "sent"
    assert "X-Trailwarden-Signature" not in receiver.taken["k1"][0]


@pytest.mark.parametrize("status,outcome", [
    (200, "sent"), (202, "sent"), (301, "refused"), (400, "refused"), (401, "refused"),
    (404, "refused"), (408, "postponed"), (410, "refused"), (413, "refused"), (425, "postponed"),
    (429, "postponed"), (500, "postponed"), (503, "postponed")])  # fmt: skip
def test_what_statuses_mean(webhook, receiver, status, outcome):
    receiver.answers = [(status, {})]
    answer = webhook.send(notice(), "k1")
    assert answer["outcome"] == outcome, answer
    assert "url-Secret" not in json.dumps(answer) and SECRET not in json.dumps(answer)


def test_what_the_receiver_asks_for_is_passed_on(webhook, receiver):
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=90)
    wishes = ["7", email.utils.format_datetime(soon, usegmt=True), "99999999999999999999", "soon"]
    receiver.answers = [(503, {"Retry-After": wish}) for wish in wishes]
    waits = [webhook.send(notice(), "k1").get("after_ms") for _ in wishes]
    assert waits[0] == 7_000 and 80_000 < waits[1] <= 90_000
    assert waits[2] == 3_600_000 and waits[3] is None


def test_what_may_have_arrived_is_sent_again_with_its_key(receiver, probe):
    with FaultProxy(receiver.url) as proxy:
        webhook = probe(f"webhook:{proxy.url}/alerts", TRAILWARDEN_WEBHOOK_SECRET=SECRET)
        for number, fault in enumerate([Reset("before"), Reset("after")]):
            proxy.plan = [fault]
            key = f"k{number}"
            assert webhook.send(notice(), key)["outcome"] == "in_doubt"
            assert webhook.send(notice(), key, attempt=2, in_doubt=True)["outcome"] == "sent"
    assert sorted(receiver.taken) == ["k0", "k1"] and receiver.repeats == 1


def test_nobody_there_is_postponed(probe):
    webhook = probe("webhook:http://127.0.0.1:1/x")
    assert webhook.send(notice(), "k1")["outcome"] == "postponed"


def test_names_hold_no_secret(webhook):
    name = webhook.send(notice(), "k1")["name"]
    assert name.startswith("webhook:http://127.0.0.1:") and "Secret" not in name


# --- SNS --------------------------------------------------------------------------------------


class Topic:
    """A topic of moto with a queue on it that gets every attribute."""

    def __init__(self, url, name, fifo=False):
        keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret",
                "region_name": REGION, "endpoint_url": url}  # fmt: skip
        self.sns, self.sqs = boto3.client("sns", **keys), boto3.client("sqs", **keys)
        name += ".fifo" if fifo else ""
        attributes = {"FifoTopic": "true"} if fifo else {}
        self.arn = self.sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]
        attributes = {"FifoQueue": "true"} if fifo else {}
        self.queue = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:123456789012:{name}"
        self.subscription = self.sns.subscribe(
            TopicArn=self.arn, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True
        )["SubscriptionArn"]

    def filter(self, policy):
        self.sns.set_subscription_attributes(
            SubscriptionArn=self.subscription, AttributeName="FilterPolicy",
            AttributeValue=json.dumps(policy))  # fmt: skip

    def take(self):
        found = []
        while got := self.sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10, AttributeNames=["All"],
            MessageAttributeNames=["All"]).get("Messages"):  # fmt: skip
            found += got
            for message in got:
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return found


def sns(probe, url, *specs):
    return probe(*specs, AWS_ENDPOINT_URL=url, AWS_ACCESS_KEY_ID="AKIDEXAMPLE",
                 AWS_SECRET_ACCESS_KEY="secret")  # fmt: skip


def test_a_topic_gets_json_a_subject_and_attributes(moto, probe):
    topic = Topic(moto, "alerts")
    answer = sns(probe, moto, f"sns:{topic.arn}").send(notice(), "k1")
    assert answer["outcome"] == "sent" and answer["reference"]
    (message,) = topic.take()
    envelope = json.loads(message["Body"])
    assert envelope["Subject"].startswith("Trailwarden dangerous: Access key created")
    assert len(envelope["Subject"]) <= 100 and envelope["Subject"].isascii()
    body = json.loads(envelope["Message"])
    assert body["key"] == "k1" and body["case"] == "c-1f6b4a2c9d3e"
    attributes = {k: v["Value"] for k, v in envelope["MessageAttributes"].items()}
    assert attributes == {"verdict": "dangerous", "kind": "opened", "account": "111122223333",
                          "case": "c-1f6b4a2c9d3e", "key": "k1"}  # fmt: skip


def test_subscribers_can_filter(moto, probe):
    topic = Topic(moto, "filtered")
    topic.filter({"verdict": ["dangerous"]})
    sink = sns(probe, moto, f"sns:{topic.arn}")
    for number, line in enumerate([notice(), uncertain()]):
        assert sink.send(line, f"k{number}")["outcome"] == "sent"
    assert len(topic.take()) == 1


def test_a_fifo_topic_keeps_a_cases_order_and_drops_repeats(moto, probe):
    topic = Topic(moto, "ordered", fifo=True)
    sink = sns(probe, moto, f"sns:{topic.arn}")
    for key in ("k1", "k1", "k2"):
        assert sink.send(notice(), key)["outcome"] == "sent"
    messages = topic.take()
    assert {m["Attributes"]["MessageGroupId"] for m in messages} == {"c-1f6b4a2c9d3e"}
    assert {m["Attributes"]["MessageDeduplicationId"] for m in messages} == {"k1", "k2"}


def test_odd_and_large_texts_are_taken(moto, probe):
    topic = Topic(moto, "odd")
    sink = sns(probe, moto, f"sns:{topic.arn}")
    lines = [hostile(nasty) for nasty in NASTY] + [huge("x"), huge("漢"), trial_notice()]
    for number, line in enumerate(lines):
        answer = sink.send(line, f"k{number}")
        assert answer["outcome"] == "sent", (number, answer)


@pytest.mark.parametrize("plan,outcome", [
    ([Reset("after")] * 3, "in_doubt"), ([Reset("before")] * 3, "in_doubt")])  # fmt: skip
def test_a_topic_out_of_reach(moto, probe, plan, outcome):
    topic = Topic(moto, "far")
    with FaultProxy(moto) as proxy:
        sink = sns(probe, proxy.url, f"sns:{topic.arn}")
        proxy.plan = plan
        assert sink.send(notice(), "k1")["outcome"] == outcome


def test_a_topic_that_is_not_there_is_refused(moto, probe):
    sink = sns(probe, moto, f"sns:arn:aws:sns:{REGION}:123456789012:nowhere")
    answer = sink.send(notice(), "k1")
    assert answer["outcome"] == "refused" and "NotFound" in answer["reason"]


def test_secrets_from_secrets_manager(moto, probe, slack):
    from fake_slack import TOKEN

    manager = boto3.client("secretsmanager", aws_access_key_id="AKIDEXAMPLE",
                           aws_secret_access_key="secret", region_name=REGION,
                           endpoint_url=moto)  # fmt: skip
    arn = manager.create_secret(Name="slack", SecretString=json.dumps({"token": TOKEN}))["ARN"]
    for reference in ("secretsmanager:slack#token", f"secretsmanager:{arn}#token"):
        bot = probe("slack:C0ALERTS001", SLACK_BOT_TOKEN=reference, AWS_ENDPOINT_URL=moto,
                    SLACK_API_URL=slack.url + "/api", AWS_ACCESS_KEY_ID="AKIDEXAMPLE",
                    AWS_SECRET_ACCESS_KEY="secret")  # fmt: skip
        assert bot.send(notice(), "k1")["outcome"] == "sent"
    bot = probe("slack:C0ALERTS001,secret=secretsmanager:missing", AWS_ENDPOINT_URL=moto,
                SLACK_API_URL=slack.url + "/api", AWS_ACCESS_KEY_ID="AKIDEXAMPLE",
                AWS_SECRET_ACCESS_KEY="secret")  # fmt: skip
    answer = bot.send(notice(), "k1")
    assert answer["outcome"] == "postponed" and "ResourceNotFound" in answer["reason"]


# --- Files ------------------------------------------------------------------------------------


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_file_gets_a_line_a_notice(probe, tmp_path):
    path = tmp_path / "alerts.jsonl"
    sink = probe(f"jsonl:{path}")
    for number, line in enumerate([notice(), uncertain(), *map(hostile, NASTY)]):
        assert sink.send(line, f"k{number}")["outcome"] == "sent"
    lines = lines_of(path)
    assert len(lines) == 2 + len(NASTY) and lines[0]["key"] == "k0"


def test_a_file_that_is_rotated_is_made_anew(probe, tmp_path):
    path = tmp_path / "alerts.jsonl"
    sink = probe(f"jsonl:{path}")
    sink.send(notice(), "k1")
    path.rename(tmp_path / "alerts.jsonl.1")
    sink.send(notice(), "k2")
    path.unlink()
    sink.send(notice(), "k3")
    assert [line["key"] for line in lines_of(path)] == ["k3"]
    assert [line["key"] for line in lines_of(tmp_path / "alerts.jsonl.1")] == ["k1"]


def test_half_a_line_of_a_crash_damages_no_other(probe, tmp_path):
    path = tmp_path / "alerts.jsonl"
    path.write_text('{"key":"k0","sch')
    assert probe(f"jsonl:{path}").send(notice(), "k1")["outcome"] == "sent"
    half, whole = path.read_text().splitlines()
    assert half == '{"key":"k0","sch' and json.loads(whole)["key"] == "k1"


def test_a_line_in_doubt_is_looked_up(probe, tmp_path):
    path = tmp_path / "alerts.jsonl"
    for spec in (f"jsonl:{path}", f"ocsf:{path}"):
        sink = probe(spec)
        sink.send(notice(), "k1")
        count = len(lines_of(path))
        assert sink.send(notice(), "k1", in_doubt=True)["outcome"] == "sent"
        assert len(lines_of(path)) == count
        assert sink.send(notice(), f"k2{spec}", in_doubt=True)["outcome"] == "sent"
        assert len(lines_of(path)) == count + 1
        path.unlink()


def test_a_file_that_cannot_be_written_is_no_loss(probe, tmp_path):
    sink = probe(f"jsonl:{tmp_path}/missing/alerts.jsonl")
    assert sink.send(notice(), "k1")["outcome"] == "in_doubt"
    (tmp_path / "missing").mkdir()
    assert sink.send(notice(), "k1", in_doubt=True)["outcome"] == "sent"
    full = probe("jsonl:/dev/full")
    answer = full.send(notice(), "k1")
    assert answer["outcome"] == "in_doubt" and "No space left" in answer["reason"]


def test_several_processes_share_a_file(probe, tmp_path):
    path = tmp_path / "alerts.jsonl"
    sinks = [probe(f"jsonl:{path}") for _ in range(3)]
    threads = [
        threading.Thread(target=lambda s=s, n=n: [s.send(notice(), f"{n}-{i}") for i in range(40)])
        for n, s in enumerate(sinks)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({line["key"] for line in lines_of(path)}) == 120


# --- OCSF -------------------------------------------------------------------------------------


def ocsf_of(probe, line):
    return probe("--ocsf").ask(notice=line)


@pytest.mark.parametrize("line", [
    notice(), uncertain(), trial_notice(), notice(kind="raised", before="uncertain"),
    notice(kind="opinion", opinion=OPINION), huge("x"), *map(hostile, NASTY)])  # fmt: skip
def test_ocsf_is_a_detection_finding(probe, line):
    event = ocsf_of(probe, line)
    for artefact in event.get("evidences", []):
        # The models demand a version of each service; the schema has none of it, nor does AWS.
        artefact["api"].get("service", {})["version"] = "0"
    finding = DetectionFinding.model_validate(event)
    assert finding.class_uid == 2004 and event["category_uid"] == 2
    assert event["type_uid"] == 200400 + event["activity_id"]
    assert event["metadata"]["version"] == "1.8.0" and event["metadata"]["profiles"] == ["cloud"]
    assert event["cloud"]["provider"] == "AWS"
    assert isinstance(event["time"], int)
    for artefact in event.get("evidences", []):
        assert artefact["api"]["operation"]


def test_ocsf_says_what_the_case_says(probe):
    event = ocsf_of(probe, notice())
    assert (event["severity"], event["risk_score"]) == ("Critical", 93)
    assert event["time"] == event["end_time"] == 1772504811000
    info = event["finding_info"]
    assert info["uid"] == "c-1f6b4a2c9d3e" and info["analytic"]["type_id"] == 1
    assert {"technique": {"uid": "T1098", "name": "T1098"},
            "sub_technique": {"uid": "T1098.001", "name": "T1098.001"}} in info["attacks"]  # fmt: skip
    assert {"tactic": {"uid": "TA0003", "name": "Persistence"}} in info["attacks"]
    assert event["cloud"]["account"]["uid"] == "111122223333"


# --- What --sink says -------------------------------------------------------------------------


@pytest.mark.parametrize("spec,said", [
    ("slcak", "is no sink"),
    ("slack:https://hooks.slack.com/services/T/B/very-Secret", "SLACK_WEBHOOK_URL"),
    ("slack:xoxb-very-Secret", "SLACK_BOT_TOKEN"),
    ("slack:C0ALERTS001", "SLACK_BOT_TOKEN: is not set"),
    ("slack", "SLACK_WEBHOOK_URL: is not set"),
    ("slack:C0ALERTS001,secret=xoxb-very-Secret", "env:NAME"),
    ("sns:alerts", "topic's ARN"),
    ("webhook:example.com", "webhook:"),
    ("jsonl:", "takes a path"),
    ("jsonl:x,min=grave", "min= is"),
    ("jsonl:x,account=123", "12 digits"),
    ("jsonl:x,mim=safe", "no 'mim='"),
    ("jsonl:x,min=safe,min=safe", "twice"),
    ("jsonl:x,secret=env:X", "slack and webhook"),
])  # fmt: skip
def test_wrong_specs_say_what_to_write(probe, spec, said):
    status, errors = probe(spec).end()
    assert status == 2 and said in errors
    assert "Secret" not in errors


def test_routes_by_verdict_and_account(probe, tmp_path):
    sink = probe(f"jsonl:{tmp_path}/a,min=dangerous,account=111122223333+444455556666",
                 f"jsonl:{tmp_path}/b", f"jsonl:{tmp_path}/c,min=safe")  # fmt: skip
    cases = {
        "grave": notice(),
        "doubtful": uncertain(),
        "elsewhere": notice(account="999999999999"),
        "safe": notice(verdict="safe"),
        "settled": notice(verdict="safe", before="dangerous"),
        "test": trial_notice(),
    }
    wanted = {name: [sink.send(line, name, sink=n)["wanted"] for n in range(3)]
              for name, line in cases.items()}  # fmt: skip
    assert wanted == {
        "grave": [True, True, True],
        "doubtful": [False, True, True],
        "elsewhere": [False, True, True],
        "safe": [False, False, True],
        "settled": [True, True, True],
        "test": [True, True, True],
    }


def test_two_specs_of_one_target_are_one_sink(probe, tmp_path):
    sink = probe(f"jsonl:{tmp_path}/a,min=dangerous", f"jsonl:{tmp_path}/a,account=111122223333")
    assert sink.send(uncertain(), "k1")["wanted"]
    assert sink.send(notice(account="999999999999"), "k2")["wanted"]
    assert not sink.send(uncertain(account="999999999999"), "k3")["wanted"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema":2}', '{"schema":1,"kind":"x"}'])
def test_what_is_no_notice_is_refused(probe, tmp_path, text):
    sink = probe(f"jsonl:{tmp_path}/a")
    line = json.loads(text) if text.startswith("{\"") else text
    assert "error" in sink.ask(notice=line, key="k")
