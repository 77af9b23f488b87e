"""`lookup:` as an input of scan and match, against LookupEvents on loopback."""

import datetime
import json
import sys

from conftest import ROOT, record

sys.path.insert(0, str(ROOT / "tests/aws"))
from fake_trail import FakeTrail  # noqa: E402

REGIONS = ("eu-north-1", "us-east-1")


def recent(region):
    now = datetime.datetime.now(datetime.timezone.utc)
    for number in range(5):
        age = 60 * (number + 1)
        moment = (now - datetime.timedelta(seconds=age)).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield age, record(f"{region}-{number}", eventTime=moment, awsRegion=region)


def environment(url):
    return {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "eu-north-1",
            "AWS_ENDPOINT_URL_CLOUDTRAIL": url}


def ids(result):
    assert result.returncode == 0, result.stderr
    return sorted(json.loads(line)["detail"]["eventID"] for line in result.stdout.splitlines())


def test_match_reads_every_event_of_every_region(run):
    trail = FakeTrail(recent)
    with trail.serving() as url:
        result = run("match", "--pattern", '{"source":["aws.ec2"]}', "lookup:" + ",".join(REGIONS),
                     env=environment(url))
    assert ids(result) == [f"{region}-{number}" for region in REGIONS for number in range(5)]
    assert result.stderr == ""


def test_the_session_s_region_and_the_period_are_what_is_asked_for(run):
    trail = FakeTrail(recent)
    with trail.serving() as url:
        result = run("scan", "lookup:", "--since", "3h", "--format", "jsonl", "--all",
                     env=environment(url))
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) == 5
    assert set(trail.calls) == {"eu-north-1"}
    for _, body in trail.bodies:
        assert trail.now - 3 * 3600 - 5 <= body["StartTime"] <= body["EndTime"] <= trail.now + 120
        assert body["MaxResults"] == 50


def test_a_refusal_is_one_line(run):
    trail = FakeTrail(recent)
    trail.answer = lambda region, body: (400, {"__type": "AccessDeniedException", "message": "no"})
    with trail.serving() as url:
        result = run("scan", "lookup:", "--since", "3h", env=environment(url))
    assert result.returncode == 1
    assert "eu-north-1: CLOUDTRAIL LookupEvents: AccessDeniedException: no" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_region_that_is_none(run):
    result = run("scan", "lookup:eu/north", env=environment("http://127.0.0.1:1"))
    assert result.returncode == 1
    assert "no name of a region: 'eu/north'" in result.stderr
