"""Black-box tests of the binary: own folder, stdout, stderr and exit status, nothing else."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("TW_BINARY", ROOT / "build/release/bin/trailwarden")).resolve()
DAY = ROOT / "examples/day"
GOLDEN = pathlib.Path(__file__).parent / "golden"


def environment(**more):
    """A clean environment: no colours, no TRAILWARDEN_* of the person who runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "TERM": "xterm-256color", **more}


@pytest.fixture
def run(tmp_path):
    """Runs trailwarden in a folder of its own; answers the finished process with text output."""

    def run_in_folder(*arguments, stdin=None, env=None, cwd=None, text=True, timeout=120):
        return subprocess.run(
            [BINARY, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=text,
            cwd=cwd or tmp_path,
            env=environment(**(env or {})),
            timeout=timeout,
            check=False,
        )

    return run_in_folder


@pytest.fixture
def golden():
    """Compares with a file of golden/; TW_UPDATE_GOLDEN=1 rewrites it, git diff is the review."""

    def compare(name, text):
        path = GOLDEN / name
        if os.environ.get("TW_UPDATE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"{path} differs; see TW_UPDATE_GOLDEN"

    return compare


def record(event_id="00000000-0000-4000-8000-000000000001", **fields):
    """A small CloudTrail record that no rule minds."""
    return {
        "eventVersion": "1.10",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAEXAMPLE",
            "arn": "arn:aws:iam::111122223333:user/ada",
            "accountId": "111122223333",
            "userName": "ada",
        },
        "eventTime": "2026-03-11T08:00:00Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "DescribeRegions",
        "awsRegion": "eu-north-1",
        "sourceIPAddress": "203.0.113.5",
        "userAgent": "aws-cli/2.15.30",
        "requestParameters": {},
        "responseElements": None,
        "eventID": event_id,
        "readOnly": True,
        "eventType": "AwsApiCall",
        "recipientAccountId": "111122223333",
        **fields,
    }
