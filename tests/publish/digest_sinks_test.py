"""Where pages go, and what becomes of a run that is killed or whose receivers are away."""

import json
import re
import signal
import subprocess
import urllib.parse
import urllib.request

import emulators
import pytest
from conftest import BINARY, CHANNEL, DAY, SECRET, environment_at
from fake_slack import Refuse
from faults import Answer, Fault, FaultProxy


def test_without_a_sink_the_page_is_printed(digest, left):
    result = digest(DAY)
    assert result.returncode == 0 and result.stdout.startswith("CloudTrail digest, ")
    assert digest(DAY, "--sink", "-").stdout == result.stdout
    assert left() == []


def test_files_are_written_whole_in_the_form_of_their_ending(digest, tmp_path, left):
    result = digest(DAY, "--sink", "file:page.html", "--sink", "file:page.md", "--sink", "file:page")
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")
    assert (tmp_path / "page.md").read_text().startswith("# CloudTrail digest")
    assert (tmp_path / "page").read_text() == digest(DAY).stdout
    assert digest(DAY, "--sink", "file:page.md", "--format", "html").returncode == 0
    assert (tmp_path / "page.md").read_text().startswith("<!doctype html>")
    assert not list(tmp_path.glob("*.new")) and left() == []
    before = (tmp_path / "page").read_text()
    (tmp_path / "page.new").mkdir()
    result = digest(DAY, "--sink", "file:page")
    assert result.returncode == 1 and result.stderr.count("\n") == 1 and "page" in result.stderr
    assert (tmp_path / "page").read_text() == before


def test_a_topic_gets_the_page_and_a_link_to_the_whole(digest, topic, bucket, left):
    result = digest(DAY, "--by", "user", "--sink", f"s3:{bucket.name}/weekly", "--sink",
                    f"sns:{topic.arn}")
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    keys = bucket.keys()
    assert [key.rsplit(".", 1)[1] for key in keys] == ["html", "md"]
    assert re.fullmatch(r"weekly/digest-\d{8}T\d{6}Z-[0-9a-f]{8}\.html", keys[0])
    page, content_type = bucket.get(keys[0])
    assert page == digest(DAY, "--by", "user", "--format", "html").stdout
    assert content_type == "text/html; charset=utf-8"
    (notice,) = topic.take()
    assert notice["subject"].startswith("Trailwarden dangerous: CloudTrail digest, 2026-03-")
    assert notice["kind"] == "digest" and notice["case"] == keys[0][7:-5]
    titles = [section["title"] for section in notice["page"]["sections"]]
    assert titles[:5] == ["What matters now", "Notable actors", "Changes since the last digest",
                          "What is routine", "What to do"]
    assert any(title.startswith("By user: ") for title in titles) and titles[-1] == "Accounting"
    assert any("jenkins-deploy" in point["text"] and point["verdict"] == "dangerous"
               for point in notice["page"]["sections"][0]["points"])
    assert notice["page"]["url"] == (
        f"https://{emulators.REGION}.console.aws.amazon.com/s3/object/{bucket.name}"
        f"?region={emulators.REGION}&prefix={keys[0]}")
    assert left() == []


def test_a_presigned_link_opens_for_whoever_has_it(digest, topic, bucket):
    result = digest(DAY, "--sink", f"s3:{bucket.name},link=presigned", "--sink", f"sns:{topic.arn}")
    assert result.returncode == 0, result.stderr
    url = topic.take()[0]["page"]["url"]
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
    assert query["X-Amz-Expires"] == ["604800"] and SECRET not in url
    with urllib.request.urlopen(url) as answer:
        assert answer.read().decode() == bucket.get(bucket.keys()[0])[0]
    assert SECRET not in result.stderr and "X-Amz-Signature" not in result.stderr


def test_slack_by_token_and_by_webhook(digest, slack, bucket):
    result = digest(DAY, "--sink", f"slack:{CHANNEL}", "--sink", "slack", "--sink",
                    f"s3:{bucket.name}")
    assert result.returncode == 0, result.stderr
    (posted,) = slack.messages(CHANNEL)
    (hooked,) = slack.hooked
    for message in (posted, hooked):
        words = json.dumps(message["blocks"], ensure_ascii=False)
        assert "What matters now" in words and "jenkins-deploy" in words
        assert "|The whole page>" in words
        assert "attachments" not in message


def test_min_is_the_gravest_of_the_page(digest, slack, tmp_path):
    quiet = tmp_path / "quiet.json"
    quiet.write_text('{"Records":[]}')
    for log, messages in ((quiet, 0), (DAY, 1)):
        result = digest(log, "--sink", f"slack:{CHANNEL},min=dangerous")
        assert result.returncode == 0, result.stderr
        assert len(slack.messages(CHANNEL)) == messages
    assert digest(quiet, "--sink", f"slack:{CHANNEL}").returncode == 0
    assert len(slack.messages(CHANNEL)) == 2


@pytest.mark.parametrize("sink,said", [
    ("ocsf:x", "digest"), ("slack:C0ALERTS001,account=111122223333", "all accounts"),
    ("file:", "takes a path"), ("s3:", "BUCKET"), ("s3:My_Bucket", "BUCKET"),
    ("s3:bucket,link=public", "console or presigned"), ("email:x", "is no sink")])
def test_wrong_sinks(digest, sink, said):
    result = digest(DAY, "--sink", sink)
    assert result.returncode == 2 and said in result.stderr and result.stderr.count("\n") == 1


def test_the_sinks_of_watch_in_the_configuration_are_not_those_of_digests(digest, slack, tmp_path):
    (tmp_path / "trailwarden.yaml").write_text(f"sink: slack:{CHANNEL}\n")
    assert digest(DAY).stdout.startswith("CloudTrail digest")
    assert slack.messages(CHANNEL) == []
    (tmp_path / "trailwarden.yaml").write_text(f"digest-sink: slack:{CHANNEL}\n")
    assert digest(DAY).stdout == ""
    assert len(slack.messages(CHANNEL)) == 1


def test_a_topic_that_is_not_there_is_one_line_and_sent_when_it_is(digest, topic, moto, left):
    name = topic.arn + "-later"
    order = (DAY, "--sink", f"sns:{name}")
    result = digest(*order)
    assert result.returncode == 1
    first, second = result.stderr.splitlines()
    assert re.search(r"sns:.*: SNS Publish: NotFound: .*HTTP 404, request ", first), first
    assert "again" in second
    assert left() != []
    created = emulators.boto("sns", moto).create_topic(Name=name.rsplit(":", 1)[1])
    assert created["TopicArn"] == name
    result = digest(*order)
    assert result.returncode == 0, result.stderr
    assert "earlier run" in result.stderr
    assert left() == []


def test_a_bucket_that_refuses_stops_the_messages_that_would_link_to_it(digest, topic):
    result = digest(DAY, "--sink", f"sns:{topic.arn}", "--sink", "s3:no-such-bucket-anywhere")
    assert result.returncode == 1
    assert re.search(r"S3 PutObject: NoSuchBucket: .*HTTP 404", result.stderr), result.stderr
    assert topic.take() == []


def test_only_who_has_not_got_it_gets_it_in_the_next_run(digest, slack, topic):
    slack.plan = [Refuse("channel_not_found")]
    order = (DAY, "--sink", f"slack:{CHANNEL}", "--sink", f"sns:{topic.arn}")
    result = digest(*order)
    assert result.returncode == 1 and "channel_not_found" in result.stderr
    (first,) = topic.take()
    assert slack.messages(CHANNEL) == []
    assert digest(*order).returncode == 0
    assert topic.take() == []
    (posted,) = slack.messages(CHANNEL)
    assert posted["metadata"]["event_payload"]["case"] == first["case"]
    # That was the end of it: the same command is another digest now.
    assert digest(*order).returncode == 0
    (second,) = topic.take()
    assert second["case"] != first["case"]


def test_with_a_checkpoint_it_is_published_once(digest, topic, tmp_path):
    order = (DAY, "--sink", f"sns:{topic.arn}", "--checkpoint", "week")
    assert digest(*order).returncode == 0
    assert digest(*order).returncode == 0
    assert len(topic.take()) == 1
    assert (tmp_path / "week.outbox").exists()


class KillAt(Fault):
    """Kills the client at its `number`th request, "before" or "after" the server did it."""

    def __init__(self, number, when):
        self.number, self.when = number, when
        self.count = 0
        self.process = None

    async def __call__(self, proxy, request, writer):
        self.count += 1
        if self.count != self.number:
            return await super().__call__(proxy, request, writer)
        if self.when == "after":
            await proxy.ask_server(request)
        self.process.send_signal(signal.SIGKILL)
        writer.transport.abort()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_kill_9_at_each_request(number, when, moto, bucket, topic, tmp_path):
    """Two objects are put, one message is published."""
    order = [BINARY, "digest", DAY, "--sink", f"s3:{bucket.name}", "--sink", f"sns:{topic.arn}"]
    with FaultProxy(moto) as proxy:
        env = environment_at(proxy.url, tmp_path)
        kill = KillAt(number, when)
        proxy.begin(always=kill)
        kill.process = subprocess.Popen(order, env=env, cwd=tmp_path)
        assert kill.process.wait(60) == -signal.SIGKILL
        proxy.begin()
        done = subprocess.run(order, env=env, cwd=tmp_path, capture_output=True, text=True,
                              timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert len(bucket.keys()) == 2, "one page"
    notices = topic.take()
    # A standard topic cannot be asked whether it has a message: one that left and was not answered
    # comes again, with the same key.
    was_lost = number == 3 and when == "after"
    assert len(notices) == (2 if was_lost else 1)
    assert len({notice["key"] for notice in notices}) == 1
    assert notices[0]["case"] == bucket.keys()[0][:-5]


def test_an_answer_that_is_lost_is_asked_for_again(moto, topic, tmp_path):
    with FaultProxy(moto) as proxy:
        proxy.begin([Answer(503, b"")])
        done = subprocess.run([BINARY, "digest", DAY, "--sink", f"sns:{topic.arn}"],
                              env=environment_at(proxy.url, tmp_path), cwd=tmp_path,
                              capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert len(topic.take()) == 1


def test_a_long_and_hostile_page_is_within_what_each_sink_takes(digest, topic, bucket, slack, tmp_path):
    """A thousand cases of hostile names: all that a page tells of them goes to SNS, Slack takes less."""
    nasty = "<!channel> @here https://evil.example `x` *y* \u202e <script>" + "ü" * 60
    records = [{
        "eventVersion": "1.10", "eventID": f"{n:08}-0000-4000-8000-{n:012}",
        "userIdentity": {"type": "IAMUser", "userName": f"{nasty}{n}", "accountId": "111122223333",
                         "arn": f"arn:aws:iam::111122223333:user/{nasty}{n}"},
        "eventTime": "2026-03-11T08:00:00Z", "eventSource": "cloudtrail.amazonaws.com",
        "eventName": "StopLogging", "awsRegion": "eu-north-1", "sourceIPAddress": "203.0.113.5",
        "userAgent": "tool/1.0", "requestParameters": {"name": "main"}, "responseElements": None,
        "recipientAccountId": "111122223333", "eventType": "AwsApiCall"} for n in range(1000)]
    log = tmp_path / "log.json"
    log.write_text(json.dumps({"Records": records}))
    result = digest(log, "--by", "user", "--sink", f"sns:{topic.arn}", "--sink",
                    f"slack:{CHANNEL}", "--sink", "slack", "--sink", f"s3:{bucket.name}")
    assert result.returncode == 0, result.stderr
    (notice,) = topic.take()
    assert len(notice["subject"]) <= 100 and notice["subject"].isascii()
    page = notice["page"]
    assert page["left_out"] == 0 and len(page["sections"][0]["points"]) >= 100
    assert page["url"].endswith(".html")
    (posted,) = slack.messages(CHANNEL)
    for message in (posted, slack.hooked[0]):
        said = json.dumps(message, ensure_ascii=False)
        assert "lines of the page had no room here." in said and "|The whole page>" in said
        assert "<!channel>" not in said and "@here" not in said and "https://evil" not in said
