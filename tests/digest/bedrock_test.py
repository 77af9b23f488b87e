"""Bedrock's batch jobs: what is sent, every status, every kind of record, and what is paid for."""

import json
import re
import time

import botocore.exceptions
import pytest
from conftest import BUCKET, task_ids
from emulators import boto
from fake_bedrock import CLAUDE, KEY, NOVA, SECRET
from fake_service import answer_text
from faults import Answer, Fault, Reset

TASKS = task_ids(120)
# Haiku 4.5 of a region: 1 and 5 dollars a million, a tenth more, half of it in a batch; nanodollars.
BATCH_NANOS = 900 * 550 + 120 * 2750
DIRECT_NANOS = 2 * BATCH_NANOS


def all_answers(tasks):
    return {name: answer_text(name) for name in tasks}


def test_the_whole_way(desk, bedrock, s3):
    done = desk.run(TASKS)
    assert done.error is None
    assert done.answers == all_answers(TASKS)
    assert desk.kept() == all_answers(TASKS)
    assert bedrock.asked_directly == []
    (job,) = bedrock.jobs
    assert done.states == ["Submitted", "Validating", "Scheduled", "InProgress"]
    assert done.end["jobs"] == [job.arn]
    assert (done.end["input"], done.end["output"]) == (900 * 120, 120 * 120)
    assert done.end["nanos"] == BATCH_NANOS * 120
    assert "ended as Completed, 120 records: 120 answered, 0 with an error, 0 missing" in done.told
    # What was sent, beyond what the stand-in checks of every request.
    assert job.params["modelInvocationType"] == "InvokeModel"
    assert job.params["timeoutDurationInHours"] == 24
    run = re.fullmatch(r"trailwarden-digest-(\d{8}t\d{6}z-[0-9a-f]{8})-0",
                       job.params["jobName"]).group(1)
    assert job.params["clientRequestToken"] == f"{run}-0"
    keys = [entry["Key"] for entry in s3.list_objects_v2(
        Bucket=BUCKET, Prefix=f"weekly/{run}/")["Contents"]]
    assert sorted(keys) == [f"weekly/{run}/0/input.jsonl",
                            f"weekly/{run}/0/output/{job.id}/input.jsonl.out",
                            f"weekly/{run}/0/output/{job.id}/manifest.json.out"]
    body = job.records[TASKS[0]]
    assert body["messages"] == [{"role": "user", "content": f"This is task {TASKS[0]}."}]
    assert body["system"] == [{"type": "text", "text": "Sum up."}], "no cache is paid for"
    # It is done: nothing is asked a second time.
    again = desk.run(TASKS)
    assert (again.error, again.answers, bedrock.creations) == (None, {}, 1)


def test_converse(desk, bedrock):
    done = desk.run(TASKS, model=NOVA)
    assert done.answers == all_answers(TASKS)
    assert bedrock.jobs[0].params["modelInvocationType"] == "Converse"
    assert set(bedrock.jobs[0].records[TASKS[0]]) == {"messages", "system", "inferenceConfig"}
    assert done.end["input"] == 900 * 120


def test_records_that_went_wrong_are_asked_again(desk, bedrock):
    bedrock.plan.errors = {TASKS[3], TASKS[4]}
    bedrock.plan.missing = {TASKS[50]}
    bedrock.plan.doubled = {TASKS[7], TASKS[4]}
    bedrock.plan.extra = ['{"recordId": "somebodyelse1", "modelOutput": {"content": []}}',
                          "no JSON", '{"modelOutput": {}}', "[]",
                          json.dumps({"recordId": TASKS[60], "modelOutput": {"content": 5}})]
    done = desk.run(TASKS)
    assert done.error is None
    assert done.answers == all_answers(TASKS)
    assert sorted(bedrock.asked_directly) == sorted([TASKS[3], TASKS[4], TASKS[50]])
    assert ("120 records: 117 answered, 2 with an error, 1 missing; 3 came again; 1 of other ids; "
            "3 unreadable lines") in done.told
    assert "3 of 3 without an answer are asked again, directly" in done.told
    assert done.end["nanos"] == BATCH_NANOS * 118 + DIRECT_NANOS * 3
    assert done.end["answered"] == 120


def test_what_the_second_try_refuses_is_told(desk, bedrock):
    bedrock.plan.errors = bedrock.refuse_directly = {TASKS[9]}
    done = desk.run(TASKS)
    assert done.error is None
    assert set(done.failed) == {TASKS[9]}
    assert "ValidationException: Input is too long" in done.failed[TASKS[9]]
    assert len(done.answers) == 119


@pytest.mark.parametrize("status", ["Completed", "PartiallyCompleted"])
def test_a_part(desk, bedrock, status):
    bedrock.statuses = ["InProgress", status]
    bedrock.plan.missing = set(TASKS[:20])
    done = desk.run(TASKS)
    assert done.error is None
    assert done.answers == all_answers(TASKS)
    assert sorted(bedrock.asked_directly) == TASKS[:20]
    assert f"ended as {status}, 120 records: 100 answered, 0 with an error, 20 missing" in done.told


def test_stopped_by_somebody(desk, bedrock):
    tasks = task_ids(260)
    bedrock.statuses = ["InProgress", "Stopping", "Stopped"]
    done = desk.run(tasks)
    assert "Stopping" in done.states
    assert len(bedrock.asked_directly) == 100, "no more than that"
    assert len(done.answers) == 230 and len(done.failed) == 30
    assert "ended as Stopped without it" in next(iter(done.failed.values()))
    # The others are too few for a job.
    again = desk.run(tasks)
    assert again.error is None and len(again.answers) == 30 and len(bedrock.jobs) == 1
    assert desk.kept() == all_answers(tasks)


@pytest.mark.parametrize(("status", "message"), [
    ("Failed", "Bedrock could not\x1b[31m read s3://x"), ("Failed", None), ("Expired", None)])
def test_a_job_that_is_lost(desk, bedrock, status, message):
    bedrock.statuses = ["Submitted", "Validating", status]
    bedrock.fail_message = message
    done = desk.run(TASKS)
    arn = bedrock.jobs[0].arn
    words = message.replace("\x1b", " ") if message else "the service says no more"
    assert done.error == f"Bedrock batch job {arn} ended: {status}: {words}"
    assert done.answers == {} and bedrock.asked_directly == []
    # The next run begins another job: the same token would be the same job.
    bedrock.statuses = ["Completed"]
    again = desk.run(TASKS)
    assert again.answers == all_answers(TASKS)
    tokens = [job.params["clientRequestToken"] for job in bedrock.jobs]
    assert len(tokens) == len(set(tokens)) == 2


def test_a_word_that_nobody_knows(desk, bedrock):
    bedrock.statuses = ["Submitted", "Pondering", "Pondering", "InProgress", "Completed"]
    done = desk.run(TASKS)
    assert done.answers == all_answers(TASKS)
    assert done.told.count('says "Pondering", which is no status that we know') == 1


def test_a_word_that_nobody_knows_for_ever(desk, bedrock):
    bedrock.statuses = ["Pondering"]
    done = desk.run(TASKS, unknown_ms=300)
    assert 'has a status that we do not know, "Pondering"' in done.error
    assert bedrock.jobs[0].arn in done.error
    bedrock.jobs[0].statuses = ["Completed"]
    again = desk.run(TASKS)
    assert again.answers == all_answers(TASKS) and bedrock.creations == 1


def test_a_job_that_never_ends(desk, bedrock):
    bedrock.statuses = ["InProgress"]
    done = desk.run(TASKS, wait_ms=300)
    assert "is still InProgress" in done.error and bedrock.jobs[0].arn in done.error


def test_too_few_for_a_job(desk, bedrock):
    done = desk.run(TASKS[:99])
    assert done.answers == all_answers(TASKS[:99])
    assert bedrock.jobs == [] and sorted(bedrock.asked_directly) == TASKS[:99]
    assert done.end["nanos"] == DIRECT_NANOS * 99


def test_the_minimum_of_the_model_is_another(desk, bedrock):
    bedrock.records_min = 1000
    done = desk.run(TASKS)
    assert "Failed: Batch job input contains 120 records" in done.error
    assert desk.run(TASKS, records_min=1000).answers == all_answers(TASKS)


def test_several_jobs(desk, bedrock):
    tasks = task_ids(250)
    bedrock.records_min = 50
    done = desk.run(tasks, records_max=100, records_min=50)
    assert done.answers == all_answers(tasks)
    assert [len(job.records) for job in bedrock.jobs] == [84, 83, 83]
    assert len(done.end["jobs"]) == 3


def test_one_of_several_is_lost(desk, bedrock):
    tasks = task_ids(200)
    bedrock.statuses = ["Validating", "Completed"]
    desk.start(tasks, records_max=100)
    while len(bedrock.jobs) < 2:
        time.sleep(0.01)
    with bedrock.lock:
        bedrock.jobs[0].statuses = ["Expired"]
        bedrock.jobs[0].looks = 0
    done = desk.finish()
    assert "ended: Expired" in done.error
    assert done.answers == all_answers(tasks[100:])
    assert desk.run(tasks).answers == all_answers(tasks[:100])


def test_a_stop_leaves_the_job_running(desk, bedrock):
    bedrock.statuses = ["InProgress"]
    desk.start(TASKS)
    while not bedrock.jobs or bedrock.jobs[0].looks < 2:
        time.sleep(0.01)
    desk.stop()
    done = desk.finish()
    arn = bedrock.jobs[0].arn
    assert done.error.startswith("a stop was requested; Bedrock batch job " + arn + " goes on")
    assert done.answers == {}
    bedrock.jobs[0].statuses = ["Completed"]
    again = desk.run(TASKS)
    assert again.answers == all_answers(TASKS)
    assert f"{arn}: is an earlier run's" in again.told
    assert bedrock.creations == 1


@pytest.mark.parametrize(("order", "words"), [
    ({"role": "arn:aws:iam::111122223333:role/nobody"}, "Could not assume provided IAM role"),
    ({"model": "eu.anthropic.claude-nobody"}, "model identifier is invalid")])
def test_refused(desk, bedrock, order, words):
    done = desk.run(TASKS, **order)
    assert done.error.startswith("Bedrock CreateModelInvocationJob: ValidationException: ")
    assert words in done.error
    # What was wrong can be put right.
    assert desk.run(TASKS).answers == all_answers(TASKS)


def test_no_bucket(desk, bedrock):
    done = desk.run(TASKS, bucket="nobodys-bucket")
    assert "NoSuchBucket" in done.error and "s3://nobodys-bucket/weekly/" in done.error
    assert bedrock.creations == 0


@pytest.mark.parametrize("order", [{"prefix": "run=1"}, {"prefix": "a b"}, {"prefix": "/a"},
                                   {"role": "digest-batch"}, {"bucket": "No_Bucket"}])
def test_what_bedrock_would_refuse_is_not_begun(desk, bedrock, order):
    assert desk.run(TASKS, **order).error
    assert bedrock.creations == 0


def test_the_budget_is_asked_first(desk, bedrock):
    done = desk.run(TASKS, cap_tokens=10_000)
    assert "the budget of 10000 tokens a day has no room" in done.error
    assert bedrock.creations == 0
    done = desk.run(TASKS, cap_tokens=10_000_000)
    assert done.end["budget_tokens"] == 1020 * 120, "what was not used is given back"


def test_answers_that_get_lost(watched_desk, bedrock):
    """The call that creates the job is answered by nothing, and comes again."""
    _, proxy = watched_desk.proxies
    proxy.begin([Reset("after"), Answer("503", b"{}"), Fault(), Reset("before")])
    done = watched_desk.run(TASKS)
    assert done.answers == all_answers(TASKS)
    assert (len(bedrock.jobs), bedrock.creations) == (1, 2)


def test_a_creation_that_is_never_answered(watched_desk, bedrock):
    """It may have worked: the next run finds out by the same token."""
    _, proxy = watched_desk.proxies
    proxy.begin(always=Reset("after"))
    done = watched_desk.run(TASKS)
    assert done.error.startswith("Bedrock CreateModelInvocationJob: ")
    proxy.begin()
    again = watched_desk.run(TASKS)
    assert again.error is None and again.answers == all_answers(TASKS)
    assert len(bedrock.jobs) == 1


def test_the_stand_in_is_strict(bedrock, s3):
    """By AWS's own client: what would be refused there is refused here."""
    client = boto("bedrock", bedrock.url, KEY, SECRET)
    good = {"jobName": "a", "roleArn": next(iter(bedrock.roles)), "modelId": CLAUDE,
            "clientRequestToken": "t1",
            "inputDataConfig": {"s3InputDataConfig": {"s3Uri": f"s3://{BUCKET}/in.jsonl"}},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://{BUCKET}/out/"}}}
    record = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 5,
              "messages": [{"role": "user", "content": "x"}]}

    def ends(inputs, **more):
        lines = [json.dumps({"recordId": f"record{i:08}", "modelInput": body})
                 for i, body in enumerate(inputs)]
        s3.put_object(Bucket=BUCKET, Key="in.jsonl", Body=("\n".join(lines) + "\n").encode())
        token = f"t{len(bedrock.jobs)}x{len(more)}"
        arn = client.create_model_invocation_job(
            **{**good, "clientRequestToken": token, **more})["jobArn"]
        while True:
            job = client.get_model_invocation_job(jobIdentifier=arn)
            if job["status"] in ("Completed", "Failed"):
                return job["status"], job.get("message", "")

    assert ends([record] * 100) == ("Completed", "")
    assert "fewer than the required minimum" in ends([record] * 99)[1]
    for extra in ({"tools": []}, {"response_format": {}}, {"tool_choice": {}}, {"model": "m"}):
        assert "not supported" in ends([{**record, **extra}] + [record] * 99)[1]
    assert ends([{"messages": []}] * 100)[0] == "Failed"
    assert "toolConfig" in ends([{"messages": [], "toolConfig": {}}] * 100,
                                modelInvocationType="Converse")[1]
    for wrong in ({"jobName": "a b"}, {"clientRequestToken": "-"}, {"roleArn": "role"},
                  {"inputDataConfig": {"s3InputDataConfig": {"s3Uri": f"s3://{BUCKET}/a=b.jsonl"}}},
                  {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://nobodys-bucket/"}}}):
        with pytest.raises(botocore.exceptions.ClientError, match="ValidationException"):
            client.create_model_invocation_job(**{**good, "clientRequestToken": "w", **wrong})
    client.create_model_invocation_job(**{**good, "clientRequestToken": "same"})
    with pytest.raises(botocore.exceptions.ClientError, match="ConflictException"):
        client.create_model_invocation_job(
            **{**good, "clientRequestToken": "same", "jobName": "b"})
    with pytest.raises(botocore.exceptions.ClientError, match="InvalidSignature"):
        boto("bedrock", bedrock.url, KEY, "wrong").get_model_invocation_job(
            jobIdentifier=bedrock.jobs[0].arn)
