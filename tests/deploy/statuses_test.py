"""setup and teardown through every status of a stack, and what goes wrong on the way.

The stand-in checks each request's signature and botocore's model of it.
"""

import time

import pytest
from conftest import MODEL, interrupt, options_in
from fake_cloudformation import OUTPUTS, STATUSES, Refused, Step, event

BUCKET_MADE = event("Bucket", "AWS::S3::Bucket", "CREATE_COMPLETE", physical=OUTPUTS["Bucket"])
TOPIC_BEGUN = event("Topic", "AWS::SNS::Topic", "CREATE_IN_PROGRESS")
TOPIC_MADE = event("Topic", "AWS::SNS::Topic", "CREATE_COMPLETE", physical=OUTPUTS["Topic"])
TOPIC_FAILED = event("Topic", "AWS::SNS::Topic", "CREATE_FAILED", "User is not authorized")
ROLE_STOPPED = event("BatchRole", "AWS::IAM::Role", "CREATE_FAILED", "Resource creation cancelled")

BUSY = {status for status in STATUSES if status.endswith("_IN_PROGRESS")} - {"REVIEW_IN_PROGRESS"}
READY = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE",
         "IMPORT_ROLLBACK_COMPLETE"}
GONE = {"DELETE_COMPLETE"}
STUCK = {"CREATE_FAILED", "ROLLBACK_FAILED", "ROLLBACK_COMPLETE", "DELETE_FAILED", "UPDATE_FAILED",
         "UPDATE_ROLLBACK_FAILED", "REVIEW_IN_PROGRESS", "IMPORT_ROLLBACK_FAILED"}


def last_line(done):
    return done.stderr.splitlines()[-1].removeprefix("trailwarden: ")


def test_every_status_that_aws_has_is_in_one_of_the_sets():
    sets = [BUSY, READY, GONE, STUCK]
    assert sorted(STATUSES) == sorted(status for each in sets for status in each)


@pytest.mark.parametrize("status", sorted(BUSY))
def test_a_busy_stack_is_waited_for_and_then_changed(fake, fake_desk, status):
    fake.put(status, steps=[Step(status), Step(status), Step("UPDATE_COMPLETE")])
    done = fake_desk.run("setup", "--keep-days", "7")
    assert f"waiting for the stack trailwarden, which is in {status}" in done.stderr
    assert fake.count("UpdateStack") == 1 and fake.count("CreateStack") == 0
    assert "the stack is changed" in done.stderr


@pytest.mark.parametrize("status", sorted(READY))
def test_a_stack_that_rests_is_changed(fake, fake_desk, status):
    fake.put(status)
    assert "the stack is changed" in fake_desk.run("setup", "--keep-days", "7").stderr


@pytest.mark.parametrize("status", sorted(GONE))
def test_a_stack_that_is_gone_is_made(fake, fake_desk, status):
    fake.put(status)
    assert "the stack is made" in fake_desk.run("setup").stderr


@pytest.mark.parametrize("status", sorted(STUCK))
def test_a_stuck_stack_is_explained_and_left_alone(fake, fake_desk, status):
    stack = fake.put(status)
    stack.happen(TOPIC_FAILED, ROLE_STOPPED)
    done = fake_desk.run("setup", status=1)
    assert f"the stack trailwarden is in {status}: " in last_line(done)
    assert "Topic (AWS::SNS::Topic): User is not authorized" in last_line(done)
    assert "again" in last_line(done) or "another name" in last_line(done)
    assert fake.count("UpdateStack") + fake.count("CreateStack") + fake.count("DeleteStack") == 0
    assert done.stdout == ""


def test_a_word_that_nobody_knew_when_this_was_written(fake, fake_desk):
    stack = fake.put("ASLEEP")
    done = fake_desk.run("setup", status=1)
    assert "is in ASLEEP, of which nothing is known here" in last_line(done)
    # One that says by its ending that it passes is waited for.
    stack.status, stack.steps = "MOVE_IN_PROGRESS", [Step("MOVE_IN_PROGRESS"), Step("CREATE_COMPLETE")]
    assert "the stack is changed" in fake_desk.run("setup", "--keep-days", "7").stderr


# Making it.

def test_resources_are_told_as_they_are_made(fake, fake_desk):
    fake.creation = [
        Step("CREATE_IN_PROGRESS", TOPIC_BEGUN), Step("CREATE_IN_PROGRESS", BUCKET_MADE),
        Step("CREATE_COMPLETE", TOPIC_MADE)]
    done = fake_desk.run("setup", "--model", MODEL, "--email", "me@example.com")
    assert done.stderr.splitlines() == [
        "trailwarden: making the stack trailwarden in eu-central-1",
        f"trailwarden: made Bucket (AWS::S3::Bucket): {OUTPUTS['Bucket']}",
        f"trailwarden: made Topic (AWS::SNS::Topic): {OUTPUTS['Topic']}",
        "trailwarden: the stack is made",
        "trailwarden: AWS has sent a mail to me@example.com: digests arrive when its link was "
        "followed",
    ]
    assert options_in(done.stdout) == {
        "batch-bucket": OUTPUTS["Bucket"] + "/digest", "batch-role": OUTPUTS["BatchRole"],
        "digest-sink": [f"s3:{OUTPUTS['Bucket']}/pages", "sns:" + OUTPUTS["Topic"]]}
    assert OUTPUTS["DigestPolicy"] in done.stdout
    asked = fake.last("CreateStack")
    assert asked["OnFailure"] == "DELETE"
    assert asked["Capabilities"] == ["CAPABILITY_IAM"]
    assert {p["ParameterKey"]: p["ParameterValue"] for p in asked["Parameters"]} == {
        "Email": "me@example.com", "InferenceProfile": MODEL,
        "FoundationModel": MODEL.removeprefix("eu.")}


def test_what_fails_is_named_with_its_reason(fake, fake_desk):
    fake.creation = [
        Step("CREATE_IN_PROGRESS", BUCKET_MADE),
        Step("DELETE_IN_PROGRESS", TOPIC_FAILED, ROLE_STOPPED),
        Step("DELETE_COMPLETE", event("Bucket", "AWS::S3::Bucket", "DELETE_COMPLETE"))]
    done = fake_desk.run("setup", status=1)
    assert "removed Bucket (AWS::S3::Bucket)" in done.stderr
    assert last_line(done) == ("Topic (AWS::SNS::Topic): User is not authorized; "
                               "all of it was undone")
    assert done.stdout == ""
    # And nothing stands in the way of another attempt.
    fake.creation = [Step("CREATE_COMPLETE")]
    fake_desk.run("setup")


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"])
def test_what_could_not_be_undone(fake, fake_desk, status):
    fake.creation = [Step("CREATE_IN_PROGRESS", TOPIC_FAILED), Step(status)]
    done = fake_desk.run("setup", status=1)
    assert last_line(done).startswith("Topic (AWS::SNS::Topic): User is not authorized; the stack ")
    assert f"is in {status}: " in last_line(done)
    assert "`trailwarden teardown --stack trailwarden`" in last_line(done)


@pytest.mark.parametrize("operation, arguments", [
    ("CreateStack", ["setup"]), ("UpdateStack", ["setup", "--keep-days", "7"]),
    ("DeleteStack", ["teardown"])])
def test_an_answer_that_is_lost_has_nothing_done_twice(fake, fake_desk, operation, arguments):
    if operation != "CreateStack":
        fake.put("CREATE_COMPLETE")
    fake.faults[operation] = ["lost"]
    fake_desk.run(*arguments)
    assert fake.count(operation) == 2
    assert len(fake.stacks) == 1
    begun = [e for e in fake.stacks[0].events
             if e["ResourceStatus"] == operation.removesuffix("Stack").upper() + "_IN_PROGRESS"]
    assert len(begun) == 1
    tokens = {given["ClientRequestToken"] for name, given in fake.calls if name == operation}
    assert len(tokens) == 1


def test_somebody_was_faster(fake, fake_desk):
    fake.faults["DescribeStacks"] = [Refused("ValidationError", "Stack with id x does not exist")]
    fake.put("CREATE_IN_PROGRESS", steps=[Step("CREATE_COMPLETE")])
    done = fake_desk.run("setup", "--keep-days", "7")
    assert "the stack is changed" in done.stderr
    assert len(fake.stacks) == 1


def test_what_aws_refuses_is_one_line(fake, fake_desk):
    fake.faults["CreateStack"] = [Refused("AccessDenied", "User is not authorized", 403)]
    done = fake_desk.run("setup", status=1)
    assert last_line(done) == ("CLOUDFORMATION CreateStack: AccessDenied: User is not authorized "
                               "(HTTP 403, request req-1)")


# Changing it.

def test_what_is_not_named_stays(fake, fake_desk):
    fake.put("CREATE_COMPLETE", parameters={"Email": "me@example.com", "KeepDays": "30"})
    fake_desk.run("setup", "--keep-days", "7")
    assert fake.stacks[0].parameters == {"Email": "me@example.com", "KeepDays": "7"}
    fake_desk.run("setup", "--email", "")
    assert fake.stacks[0].parameters == {"Email": "", "KeepDays": "7"}
    assert "nothing to change" in fake_desk.run("setup").stderr


def test_only_the_news_of_the_change_is_told(fake, fake_desk):
    stack = fake.put("CREATE_COMPLETE")
    stack.happen(BUCKET_MADE, TOPIC_MADE, *[TOPIC_BEGUN] * 5)
    fake.update = [Step("UPDATE_IN_PROGRESS"),
                   Step("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
                        event("Bucket", "AWS::S3::Bucket", "UPDATE_COMPLETE")),
                   Step("UPDATE_COMPLETE")]
    done = fake_desk.run("setup", "--keep-days", "7")
    assert "made" not in done.stderr
    assert "changed Bucket (AWS::S3::Bucket)" in done.stderr


def test_a_change_that_fails_is_undone_and_named(fake, fake_desk):
    fake.put("CREATE_COMPLETE")
    fake.update = [
        Step("UPDATE_IN_PROGRESS",
             event("Bucket", "AWS::S3::Bucket", "UPDATE_FAILED", "Access Denied")),
        Step("UPDATE_ROLLBACK_IN_PROGRESS"),
        Step("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"), Step("UPDATE_ROLLBACK_COMPLETE")]
    done = fake_desk.run("setup", "--keep-days", "7", status=1)
    assert last_line(done) == "Bucket (AWS::S3::Bucket): Access Denied; all of it was undone"


def test_somebody_changes_it_at_the_same_time(fake, fake_desk):
    stack = fake.put("CREATE_COMPLETE", steps=[
        Step("CREATE_COMPLETE"), Step("UPDATE_IN_PROGRESS"), Step("UPDATE_COMPLETE")])
    fake.faults["UpdateStack"] = [Refused(
        "ValidationError", f"Stack:{stack.id} is in UPDATE_IN_PROGRESS state and can not be updated.")]
    done = fake_desk.run("setup", "--keep-days", "7")
    assert "the stack is changed" in done.stderr
    assert fake.count("UpdateStack") == 2


@pytest.mark.parametrize("command", ["setup", "teardown"])
def test_a_stack_that_setup_did_not_make_is_left_alone(fake, fake_desk, command):
    for tags in ({}, {"made-by": "me"}):
        fake.put("CREATE_COMPLETE", tags=tags)
        done = fake_desk.run(command, status=1)
        assert "was not made by setup, and stays as it is" in last_line(done)
        fake.stacks.clear()
    assert {name for name, _ in fake.calls} == {"DescribeStacks"}


# On the way.

def test_questions_without_an_answer_are_asked_again(fake, fake_desk):
    throttled = Refused("Throttling", "Rate exceeded")
    fake.creation = [Step("CREATE_IN_PROGRESS"), Step("CREATE_COMPLETE", BUCKET_MADE)]
    fake.faults["DescribeStacks"] = [None, *[throttled] * 4]
    done = fake_desk.run("setup", AWS_MAX_ATTEMPTS="2")
    assert "made Bucket" in done.stderr


def test_ten_in_a_row_are_too_many(fake, fake_desk):
    fake.faults["DescribeStacks"] = [None, *[Refused("InternalFailure", "It broke", 500)] * 10]
    done = fake_desk.run("setup", status=1, AWS_MAX_ATTEMPTS="1")
    assert "CLOUDFORMATION DescribeStacks: InternalFailure" in last_line(done)
    assert "the same command shows how it ends" in last_line(done)
    assert fake.count("DescribeStacks") == 11


def test_who_may_not_read_events_gets_no_news(fake, fake_desk):
    denied = Refused("AccessDenied", "not authorized to perform DescribeStackEvents", 403)
    fake.faults["DescribeStackEvents"] = [denied] * 9
    done = fake_desk.run("setup")
    assert done.stderr.count("no news of single resources") == 1


def wait_for(fake, operation, count=1):
    deadline = time.monotonic() + 20
    while fake.count(operation) < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_interrupted_and_run_again(fake, fake_desk):
    fake.creation = [Step("CREATE_IN_PROGRESS")] * 1000
    process = fake_desk.start("setup")
    wait_for(fake, "DescribeStackEvents")
    interrupt(process)
    done = fake_desk.finish(process)
    assert done.returncode == 130
    assert last_line(done) == ("interrupted; AWS goes on with it: the same command shows how it "
                               "ends")
    fake.stacks[0].steps = [Step("CREATE_COMPLETE")]
    again = fake_desk.run("setup")
    assert "nothing to change" in again.stderr and options_in(again.stdout)
    assert len(fake.stacks) == 1


@pytest.mark.parametrize("operation", ["DescribeStacks", "CreateStack", "DescribeStackEvents"])
def test_killed_and_run_again(fake, fake_desk, operation):
    fake.creation = [Step("CREATE_IN_PROGRESS")] * 3 + [Step("CREATE_COMPLETE", BUCKET_MADE)]
    process = fake_desk.start("setup")
    wait_for(fake, operation)
    process.kill()
    fake_desk.finish(process)
    done = fake_desk.run("setup")
    assert options_in(done.stdout)["batch-role"] == OUTPUTS["BatchRole"]
    assert len(fake.stacks) == 1


# Removing it.

def test_a_removal_that_fails_is_named(fake, fake_desk):
    fake.put("CREATE_COMPLETE")
    fake.deletion = [
        Step("DELETE_IN_PROGRESS", event("DigestPolicy", "AWS::IAM::ManagedPolicy", "DELETE_FAILED",
                                         "Cannot delete a policy attached to entities.")),
        Step("DELETE_FAILED")]
    done = fake_desk.run("teardown", status=1)
    assert last_line(done) == (
        "DigestPolicy (AWS::IAM::ManagedPolicy): Cannot delete a policy attached to entities; when "
        "that is mended, run teardown again")
    fake.deletion = [Step("DELETE_COMPLETE")]
    assert "the stack is removed" in fake_desk.run("teardown").stderr


@pytest.mark.parametrize("status", sorted(STUCK | READY))
def test_whatever_rests_is_removed(fake, fake_desk, status):
    fake.put(status)
    assert "the stack is removed" in fake_desk.run("teardown").stderr
    assert "nothing to remove" in fake_desk.run("teardown").stderr
    assert fake.count("DeleteStack") == 1


@pytest.mark.parametrize("status", sorted(BUSY - {"DELETE_IN_PROGRESS"}))
def test_whatever_is_busy_is_waited_for_and_removed(fake, fake_desk, status):
    fake.put(status, steps=[Step(status), Step("UPDATE_COMPLETE")])
    assert "the stack is removed" in fake_desk.run("teardown").stderr


def test_a_removal_that_goes_on_is_not_begun_again(fake, fake_desk):
    fake.put("DELETE_IN_PROGRESS", steps=[Step("DELETE_IN_PROGRESS"), Step("DELETE_COMPLETE")])
    assert "the stack is removed" in fake_desk.run("teardown").stderr
    assert fake.count("DeleteStack") == 0


# Wrong usage: AWS is asked nothing.

@pytest.mark.parametrize("arguments, message", [
    (["setup", "--stack", "9lives"], "a stack's name begins with a letter"),
    (["setup", "--stack", "a" * 41], "a stack's name begins with a letter"),
    (["teardown", "--stack", "a b"], "a stack's name begins with a letter"),
    (["setup", "--email", "nobody"], "is no e-mail address"),
    (["setup", "--email", "a b@c"], "is no e-mail address"),
    (["setup", "--model", "claude"], "a model of Bedrock is named like"),
    (["setup", "--model", "eu.anthropic.*"], "a model of Bedrock is named like"),
    (["setup", "--model",
      "arn:aws:bedrock:eu-central-1:111122223333:application-inference-profile/abc"],
     "name the model that this one leads to"),
    (["setup", "--keep-days", "-1"], "keep-days"),
])
def test_wrong_usage(fake, fake_desk, arguments, message):
    assert message in fake_desk.run(*arguments, status=2).stderr
    assert fake.calls == []


def test_a_region_must_be_known(fake, fake_desk):
    del fake_desk.environment["AWS_REGION"]
    assert "in which region?" in fake_desk.run("setup", status=2).stderr


def test_print_asks_nobody(fake_desk):
    del fake_desk.environment["AWS_REGION"]
    printed = fake_desk.run("setup", "--print", AWS_ENDPOINT_URL="http://127.0.0.1:1").stdout
    assert printed.startswith("AWSTemplateFormatVersion")
