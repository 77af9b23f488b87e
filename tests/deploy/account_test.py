"""setup and teardown in an account of moto's, with signatures checked: what is made is really there."""

import ast
import json
import pathlib
import re
import signal

import emulators
import pytest
from conftest import MODEL, ROOT, Desk, FaultProxy, KillAt, options_in, rights_in_docs
from emulators import boto

ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
PROFILE_ARN = f"arn:aws:bedrock:eu-central-1:123456789012:inference-profile/{MODEL}"


class Account:
    """moto with signatures switched on, and keys of somebody who may do everything."""

    def __init__(self, url, folder):
        self.url, self.folder = url, folder
        self.keys = self.user("owner", ALL)
        emulators.check_signatures(url)

    def user(self, name, policy=None, keys=None):
        iam = boto("iam", self.url, *(keys or ()))
        iam.create_user(UserName=name)
        if policy:
            iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return made["AccessKeyId"], made["SecretAccessKey"]

    def boto(self, service):
        return boto(service, self.url, *self.keys)

    def desk(self, keys=None, url=None):
        return Desk(self.folder, url or self.url, *(keys or self.keys))

    def stacks(self):
        stacks = self.boto("cloudformation").describe_stacks()["Stacks"]
        return [stack["StackName"] for stack in stacks]

    def policies(self):
        return self.boto("iam").list_policies(Scope="Local")["Policies"]

    def digest_policy(self):
        """The statements of the policy for whoever runs digest, by their ids."""
        [policy] = self.policies()
        version = self.boto("iam").get_policy_version(
            PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
        return {s["Sid"]: s for s in version["PolicyVersion"]["Document"]["Statement"]}


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    folder = tmp_path_factory.mktemp("account")
    program = [str(pathlib.Path(__file__).with_name("moto_server.py"))]
    with emulators.moto_server(folder, program) as url:
        yield Account(url, folder)


@pytest.fixture
def clean(account):
    """The account, with nothing in it afterwards."""
    yield account
    account.desk().run("teardown", "--empty-bucket")
    assert account.stacks() == []
    for policy in account.policies():  # moto leaves them.
        account.boto("iam").delete_policy(PolicyArn=policy["Arn"])


def made_by(desk, *arguments):
    options = options_in(desk.run("setup", *arguments).stdout)
    pages, topic = options["digest-sink"]
    options["bucket"] = pages.removeprefix("s3:").removesuffix("/pages")
    options["topic"] = topic.removeprefix("sns:")
    return options


def test_what_is_made_is_there(clean):
    made = made_by(clean.desk(), "--email", "me@example.com", "--model", MODEL, "--keep-days", "9")
    s3, bucket = clean.boto("s3"), made["bucket"]
    rule = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert len(blocked) == 4 and all(blocked.values())
    owned = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
    assert owned == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    forget = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"][0]
    assert forget["Status"] == "Enabled"
    assert int(forget["Expiration"]["Days"]) == 9
    assert forget["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] == 1
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    assert policy["Statement"][0]["Effect"] == "Deny"
    assert policy["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    check_role(clean.boto("iam"), made)
    check_topic(clean.boto("sns"), made["topic"])


def role_rights(iam, role):
    document = iam.get_role_policy(RoleName=role, PolicyName="batch")["PolicyDocument"]
    return ast.literal_eval(document)["Statement"]  # moto's way to keep what a stack made.


def check_role(iam, made):
    name = made["batch-role"].rpartition("/")[2]
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"][0]
    assert trust["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnEquals": {"aws:SourceArn":
                      "arn:aws:bedrock:eu-central-1:123456789012:model-invocation-job/*"}}
    rights = role_rights(iam, name)
    assert {s["Sid"]: s["Resource"] for s in rights} == {
        "PromptsAndAnswers": f"arn:aws:s3:::{made['bucket']}/digest/*",
        "FindThem": f"arn:aws:s3:::{made['bucket']}",
        "TheModelInOtherRegions": [
            PROFILE_ARN, "arn:aws:bedrock:*::foundation-model/" + MODEL.removeprefix("eu.")]}


def check_topic(sns, topic):
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert attributes["KmsMasterKeyId"] == "alias/aws/sns"
    assert json.loads(attributes["Policy"])["Statement"][0]["Effect"] == "Deny"
    [subscription] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "me@example.com")


def test_without_a_model_there_is_no_role_and_no_right_to_bedrock(clean):
    done = clean.desk().run("setup")
    assert set(options_in(done.stdout)) == {"digest-sink"}
    assert "there is no role for batch jobs" in done.stderr
    iam = clean.boto("iam")
    assert [r for r in iam.list_roles()["Roles"] if "BatchRole" in r["RoleName"]] == []
    assert "bedrock" not in json.dumps(clean.digest_policy())
    # It is made when a model is named.
    assert "batch-role" in made_by(clean.desk(), "--model", MODEL)


def test_again_and_again(clean):
    desk = clean.desk()
    first = desk.run("setup", "--email", "me@example.com", "--model", MODEL)
    again = desk.run("setup")
    assert "nothing to change" in again.stderr
    assert again.stdout == first.stdout
    changed = desk.run("setup", "--keep-days", "7")
    assert "the stack is changed" in changed.stderr
    assert changed.stdout == first.stdout
    [stack] = clean.boto("cloudformation").describe_stacks(StackName="trailwarden")["Stacks"]
    parameters = {p["ParameterKey"]: p["ParameterValue"] for p in stack["Parameters"]}
    assert parameters["KeepDays"] == "7"
    assert parameters["Email"] == "me@example.com"  # It was not named, and stays.
    assert parameters["InferenceProfile"] == MODEL


def test_a_digest_is_written_and_sent_with_what_setup_made(clean):
    """With the lines that setup prints, and no more rights than its policy gives."""
    printed = clean.desk().run("setup").stdout
    (clean.folder / "trailwarden.yaml").write_text(printed)
    rights = clean.digest_policy()
    rights["SendThePage"]["Resource"] = "*"  # moto does not tell topics from each other here.
    policy = {"Version": "2012-10-17", "Statement": list(rights.values())}
    keys = clean.user("reporter", policy, clean.keys)
    sqs, sns = clean.boto("sqs"), clean.boto("sns")
    queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    topic = options_in(printed)["digest-sink"][1].removeprefix("sns:")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    try:
        clean.desk(keys).run("digest", str(ROOT / "examples/day"))
    finally:
        (clean.folder / "trailwarden.yaml").unlink()
    bucket = options_in(printed)["digest-sink"][0].removeprefix("s3:").removesuffix("/pages")
    pages = clean.boto("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert pages and all(page["Key"].startswith("pages/") for page in pages)
    [message] = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert "dangerous" in json.loads(message["Body"])["Message"].lower()
    assert bucket in json.loads(message["Body"])["Message"]


@pytest.fixture
def proxy(account):
    with FaultProxy(account.url) as proxy:
        yield proxy


@pytest.mark.parametrize("number, when", [
    (1, "after"), (2, "before"), (2, "after"), (3, "after"), (4, "before"), (5, "after")])
def test_killed_at_each_request_and_run_again(clean, proxy, number, when):
    for arguments in (["setup", "--model", MODEL], ["setup", "--keep-days", "8"],
                      ["teardown", "--empty-bucket"]):
        fault = KillAt(number, when)
        proxy.begin(always=fault)
        fault.process = clean.desk(url=proxy.url).start(*arguments)
        assert clean.desk().finish(fault.process).returncode in (0, -signal.SIGKILL)
        done = clean.desk().run(*arguments)
        if arguments[0] == "setup":
            assert clean.stacks() == ["trailwarden"]
            assert len(clean.boto("s3").list_buckets()["Buckets"]) == 1
            assert len(clean.boto("iam").list_roles()["Roles"]) == 1
            assert "batch-role" in options_in(done.stdout)
    assert clean.stacks() == []
    assert clean.boto("s3").list_buckets()["Buckets"] == []


def test_a_bucket_that_holds_something_is_not_emptied_unasked(clean):
    desk, s3 = clean.desk(), clean.boto("s3")
    bucket = made_by(desk, "--model", MODEL)["bucket"]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for number in (1, 2, 3):
        s3.put_object(Bucket=bucket, Key="digest/a b+c%20ü/1.jsonl", Body=b"%d" % number)
    s3.delete_object(Bucket=bucket, Key="digest/a b+c%20ü/1.jsonl")
    refused = desk.run("teardown", status=1)
    assert f"the bucket {bucket} holds 4 objects" in refused.stderr
    assert "--empty-bucket" in refused.stderr
    assert clean.stacks() == ["trailwarden"]
    assert s3.list_object_versions(Bucket=bucket)["Versions"]
    done = desk.run("teardown", "--empty-bucket")
    assert f"emptied {bucket}: 4 objects" in done.stderr
    assert clean.boto("s3").list_buckets()["Buckets"] == []
    assert clean.boto("sns").list_topics()["Topics"] == []
    assert clean.boto("iam").list_roles()["Roles"] == []
    assert "nothing to remove" in desk.run("teardown").stderr


def test_more_objects_than_a_page_has(clean):
    desk, s3 = clean.desk(), clean.boto("s3")
    bucket = made_by(desk, "--model", MODEL)["bucket"]
    for number in range(1100):
        s3.put_object(Bucket=bucket, Key=f"digest/{number}", Body=b"")
    assert "holds more than 1000 objects" in desk.run("teardown", status=1).stderr
    done = desk.run("teardown", "--empty-bucket")
    assert f"removed 1000 objects of {bucket}" in done.stderr
    assert f"emptied {bucket}: 1100 objects" in done.stderr


def test_nothing_else_is_touched(clean):
    other = clean.boto("cloudformation")
    other.create_stack(StackName="other", TemplateBody=(ROOT / "deploy/trailwarden.yaml").read_text(),
                       Capabilities=["CAPABILITY_IAM"])
    try:
        made_by(clean.desk(), "--model", MODEL)
        for command in ("setup", "teardown"):
            refused = clean.desk().run(command, "--stack", "other", status=1)
            assert "was not made by setup" in refused.stderr
        clean.desk().run("teardown")
        assert clean.stacks() == ["other"]
    finally:
        other.delete_stack(StackName="other")


def test_two_stacks_side_by_side(clean):
    first = made_by(clean.desk(), "--model", MODEL)
    second = made_by(clean.desk(), "--model", MODEL, "--stack", "weekly")
    assert first["bucket"] != second["bucket"]
    clean.desk().run("teardown", "--stack", "weekly")
    assert clean.stacks() == ["trailwarden"]


def test_a_foundation_model_without_a_profile(clean):
    model = "anthropic.claude-3-haiku-20240307-v1:0"
    made_by(clean.desk(), "--model", f"arn:aws:bedrock:eu-central-1::foundation-model/{model}")
    iam = clean.boto("iam")
    assert clean.digest_policy()["AskTheModel"]["Resource"] == [
        f"arn:aws:bedrock:eu-central-1::foundation-model/{model}"]
    role = next(r["RoleName"] for r in iam.list_roles()["Roles"] if "BatchRole" in r["RoleName"])
    assert "InvokeModel" not in json.dumps(role_rights(iam, role))


def test_wrong_keys_are_one_line(account):
    done = account.desk((account.keys[0], "wrong/secret")).run("setup", status=1)
    assert re.search(r"^trailwarden: CLOUDFORMATION DescribeStacks: SignatureDoesNotMatch",
                     done.stderr, re.M)


def test_the_rights_that_the_document_lists_are_enough(clean):
    rights = rights_in_docs()
    for statement in rights["Statement"]:
        statement["Resource"] = "*"  # moto looks at actions only.
    keys = clean.user("deployer", rights, clean.keys)
    desk = clean.desk(keys)
    bucket = made_by(desk, "--model", MODEL)["bucket"]
    clean.boto("s3").put_object(Bucket=bucket, Key="digest/1", Body=b"x")
    desk.run("setup", "--keep-days", "8")
    desk.run("teardown", "--empty-bucket")
    # And they are needed: moto looks.
    nobody = clean.desk(clean.user("nobody", None, clean.keys))
    assert "AccessDenied" in nobody.run("setup", status=1).stderr
