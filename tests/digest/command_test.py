"""trailwarden digest by a batch job: the command, the stand-in of Bedrock's jobs, moto's S3."""

import contextlib
import json
import os
import pathlib
import pty
import re
import subprocess
import time

import pytest
from conftest import ACCOUNT, ANTHROPIC_KEY, BUCKET, CLAUDE, aws_environment

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("TW_BINARY", ROOT / "build/release/bin/trailwarden")).resolve()


def log_of(folder, users):
    """So many users with so many different calls that portions of them fill a job."""
    records = [{
        "eventVersion": "1.10", "eventID": f"{user:08}-0000-4000-8000-{call:012}",
        "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::111122223333:user/u{user}",
                         "accountId": "111122223333", "userName": f"u{user}"},
        "eventTime": f"2026-03-11T08:00:{call % 60:02}Z", "eventSource": "s3.amazonaws.com",
        "eventName": f"GetSomethingWithALongName{call}", "awsRegion": "eu-north-1",
        "sourceIPAddress": "203.0.113.5", "userAgent": "tool/1.0", "requestParameters": None,
        "responseElements": None, "recipientAccountId": "111122223333"}
        for user in range(users) for call in range(300)]
    path = folder / "log.json"
    path.write_text(json.dumps({"Records": records}))
    return path


def summary(_):
    return json.dumps({"matters": [{"text": "The model looked at it.", "events": []}],
                       "actors": [], "routine": [], "todo": []})


@pytest.fixture
def digest(tmp_path):
    def run(*arguments, environment):
        return subprocess.run([BINARY, "digest", *map(str, arguments)], cwd=tmp_path, text=True,
                              capture_output=True, timeout=300, check=False,
                              env={**environment, "XDG_STATE_HOME": str(tmp_path)})

    return run


def test_portions_go_as_one_job_and_what_joins_them_directly(digest, tmp_path, moto, bedrock):
    bedrock.words = summary
    log = log_of(tmp_path, 120)
    result = digest(log, "--analyst", "bedrock-invoke", "--model", CLAUDE, "--batch-bucket",
                    f"{BUCKET}/weekly", "--batch-role", f"arn:aws:iam::{ACCOUNT}:role/digest-batch",
                    "--max-events", 100_000, environment=aws_environment(moto, bedrock.url))
    assert result.returncode == 0, result.stderr
    (job,) = bedrock.jobs
    assert len(job.records) >= 100
    assert 0 < len(bedrock.asked_directly) < len(job.records) / 2
    assert "Completed" in result.stderr
    assert "* The model looked at it." in result.stdout
    assert "Written by: " + CLAUDE in result.stdout


def test_too_few_for_a_job(digest, tmp_path, moto, bedrock):
    ask = (log_of(tmp_path, 2), "--analyst", "bedrock-invoke", "--model", CLAUDE,
           "--batch-bucket", BUCKET, "--batch-role", f"arn:aws:iam::{ACCOUNT}:role/digest-batch")
    environment = aws_environment(moto, bedrock.url)
    by_itself = digest(*ask, environment=environment)
    assert by_itself.returncode == 0, by_itself.stderr
    assert bedrock.jobs == [] and bedrock.asked_directly
    forced = digest(*ask, "--engine", "batch", environment=environment)
    assert forced.returncode == 2
    assert re.search(r"prompts are fewer than a job's 100", forced.stderr)


def test_a_job_without_bucket_or_role_is_wrong_usage(digest, tmp_path, moto, bedrock):
    environment = aws_environment(moto, bedrock.url)
    ask = (log_of(tmp_path, 1), "--analyst", "bedrock", "--model", CLAUDE)
    assert digest(*ask, "--engine", "batch", environment=environment).returncode == 2
    result = digest(*ask, "--batch-bucket", BUCKET, environment=environment)
    assert result.returncode == 2 and "role" in result.stderr


def test_anthropics_batches(digest, tmp_path, anthropic):
    environment = aws_environment("http://127.0.0.1:1", "http://127.0.0.1:1")
    environment |= {"ANTHROPIC_BASE_URL": anthropic.url, "ANTHROPIC_API_KEY": ANTHROPIC_KEY}
    anthropic.words = summary
    result = digest(log_of(tmp_path, 20), "--analyst", "anthropic", "--model", "claude-haiku-4-5",
                    "--engine", "batch", environment=environment)
    assert result.returncode == 0, result.stderr
    assert "* The model looked at it." in result.stdout
    assert anthropic.batches and "Written by: claude-haiku-4-5" in result.stdout


def test_a_terminal_shows_how_far_the_model_is(tmp_path, bedrock, moto):
    def slow(text):
        time.sleep(0.8)
        return summary(text)

    bedrock.words = slow
    shown, stderr = pty.openpty()
    process = subprocess.Popen(
        [BINARY, "digest", log_of(tmp_path, 6), "--analyst", "bedrock-invoke", "--model", CLAUDE],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=stderr,
        env={**aws_environment(moto, bedrock.url), "XDG_STATE_HOME": str(tmp_path)})
    os.close(stderr)
    text = b""
    with contextlib.suppress(OSError):  # The other side is closed.
        while piece := os.read(shown, 4096):
            text += piece
    os.close(shown)
    assert process.wait(60) == 0, text
    lines = text.decode().split("\r\x1b[2K")
    assert any(re.search(r"[1-5] of 6 answers, [1-9]\d* s left", line) for line in lines), lines
    # Lines for people begin on a line of their own.
    assert all("trailwarden: " not in line or line.startswith("trailwarden: ") for line in lines)
