"""deploy/trailwarden.yaml: lint, and what its policies allow, statement by statement.

Policies are resolved for each way in which the stack can be made, and every resource that a right is
for must be one that the template made or was told of: a `*` stands nowhere but where it is named here.
"""

import importlib.resources
import itertools
import json
import pathlib
import re
import subprocess
import sys

import pytest
from cfnlint.decode.cfn_yaml import load
from conftest import MODEL, TEMPLATE, Desk, rights_in_docs

REGION, ACCOUNT, PARTITION = "eu-central-1", "111122223333", "aws"
BUCKET = "arn:aws:s3:::made-bucket"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:made-topic"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/made-role"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1a2b"
BASE = MODEL.removeprefix("eu.")
JOBS = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/*"
PROFILE = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/{MODEL}"
EVERYWHERE = f"arn:aws:bedrock:*::foundation-model/{BASE}"
HERE = f"arn:aws:bedrock:{REGION}::foundation-model/{BASE}"
ABSENT = object()

WAYS = {
    "nothing": {},
    "model": {"FoundationModel": BASE},
    "profile": {"FoundationModel": BASE, "InferenceProfile": MODEL},
    "key": {"KmsKey": KEY},
    "all": {"FoundationModel": BASE, "InferenceProfile": MODEL, "KmsKey": KEY, "Email": "a@b"},
}
ATTRIBUTES = {"Bucket.Arn": BUCKET, "BatchRole.Arn": ROLE}
REFERENCES = {"Bucket": "made-bucket", "Topic": TOPIC, "AWS::Region": REGION,
              "AWS::AccountId": ACCOUNT, "AWS::Partition": PARTITION, "AWS::NoValue": ABSENT}


class Resolved:
    """The template with its functions computed, as CloudFormation does it."""

    def __init__(self, parameters):
        template = load(str(TEMPLATE))
        self.references = {**REFERENCES, **{name: parameters.get(name, each["Default"])
                                            for name, each in template["Parameters"].items()}}
        self.conditions = {}
        for name, each in template["Conditions"].items():
            self.conditions[name] = self.value(each)
        self.resources = {
            name: self.value(each["Properties"]) for name, each in template["Resources"].items()
            if self.conditions.get(each.get("Condition"), True)}

    def value(self, node):
        if isinstance(node, list):
            return [each for each in map(self.value, node) if each is not ABSENT]
        if not isinstance(node, dict):
            return node
        if len(node) == 1 and (function := getattr(self, "do_" + name_of(node), None)):
            return function(next(iter(node.values())))
        values = {key: self.value(each) for key, each in node.items()}
        return {key: each for key, each in values.items() if each is not ABSENT}

    def do_Ref(self, name):  # noqa: N802
        return self.references[name]

    def do_GetAtt(self, name):  # noqa: N802
        return ATTRIBUTES[name if isinstance(name, str) else ".".join(name)]

    def do_Sub(self, text):  # noqa: N802
        known = {**self.references, **ATTRIBUTES}
        return re.sub(r"\$\{([^}]+)\}", lambda found: known[found.group(1)], text)

    def do_If(self, parts):  # noqa: N802
        return self.value(parts[1 if self.conditions[parts[0]] else 2])

    def do_Equals(self, parts):  # noqa: N802
        left, right = self.value(parts)
        return left == right

    def do_Not(self, parts):  # noqa: N802
        return not self.value(parts)[0]


def name_of(node):
    return next(iter(node)).removeprefix("Fn::")


def as_list(value):
    return value if isinstance(value, list) else [value]


def statements(resources):
    """(where, statement) of every policy that gives a right or takes one."""
    for name, properties in resources.items():
        for policy in properties.get("Policies", []):
            for each in policy["PolicyDocument"]["Statement"]:
                yield name, each
        for document in ("PolicyDocument", "AssumeRolePolicyDocument"):
            for each in properties.get(document, {}).get("Statement", []):
                yield name, each


def rights(resources, name):
    """(action, resource) pairs."""
    return {(action, resource) for where, each in statements(resources) if where == name
            if each["Effect"] == "Allow" and "Resource" in each
            for action, resource in itertools.product(as_list(each["Action"]),
                                                      as_list(each["Resource"]))}


def every_way(function):
    return pytest.mark.parametrize("way", WAYS, ids=str)(function)


def test_cfn_lint_has_nothing_to_say():
    command = [pathlib.Path(sys.executable).with_name("cfn-lint"), "--include-checks", "I", "--regions",
               "us-east-1", "eu-central-1", "us-gov-west-1", "--", str(TEMPLATE)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("", 0), done.stdout


def test_the_binary_carries_it(tmp_path):
    desk = Desk(tmp_path, "http://127.0.0.1:1", "k", "secret")
    assert desk.run("setup", "--print").stdout == TEMPLATE.read_text()


@every_way
def test_what_is_made(way):
    made = set(Resolved(WAYS[way]).resources)
    always = {"Bucket", "BucketPolicy", "Topic", "TopicPolicy", "DigestPolicy"}
    role = {"BatchRole"} if "FoundationModel" in WAYS[way] else set()
    mail = {"Subscription"} if "Email" in WAYS[way] else set()
    assert made == always | role | mail


@every_way
def test_the_role_reads_and_writes_jobs_and_nothing_else(way):
    expected = {("s3:GetObject", f"{BUCKET}/digest/*"), ("s3:PutObject", f"{BUCKET}/digest/*"),
                ("s3:ListBucket", BUCKET)}
    if "InferenceProfile" in WAYS[way]:
        expected |= {("bedrock:InvokeModel", PROFILE), ("bedrock:InvokeModel", EVERYWHERE)}
    if "KmsKey" in WAYS[way]:
        expected |= {("kms:Decrypt", KEY), ("kms:GenerateDataKey", KEY)}
    if "FoundationModel" not in WAYS[way]:
        expected = set()
    assert rights(Resolved(WAYS[way]).resources, "BatchRole") == expected


@every_way
def test_who_runs_digest_may_do_what_digest_does_and_nothing_else(way):
    expected = {(f"s3:{action}", f"{BUCKET}/*")
                for action in ("GetObject", "PutObject", "AbortMultipartUpload")}
    expected |= {("s3:ListBucket", BUCKET), ("sns:Publish", TOPIC)}
    if "FoundationModel" in WAYS[way]:
        models = {EVERYWHERE, PROFILE} if "InferenceProfile" in WAYS[way] else {HERE}
        expected |= {(f"bedrock:{action}", model) for model in models
                     for action in ("InvokeModel", "CreateModelInvocationJob")}
        expected |= {("bedrock:CreateModelInvocationJob", JOBS),
                     ("bedrock:GetModelInvocationJob", JOBS), ("iam:PassRole", ROLE)}
    if "KmsKey" in WAYS[way]:
        expected |= {("kms:Decrypt", KEY), ("kms:GenerateDataKey", KEY)}
    assert rights(Resolved(WAYS[way]).resources, "DigestPolicy") == expected


# Where a `*` stands in a resource, and why.
NAMED = {
    f"{BUCKET}/*": "a bucket of its own",
    f"{BUCKET}/digest/*": "the jobs' part of it",
    JOBS: "jobs have no name before they are made ([batch] does the same)",
    EVERYWHERE: "one model, in whichever regions Bedrock has the profile lead to",
}


@every_way
def test_no_right_is_for_everything(way):
    for where, each in statements(Resolved(WAYS[way]).resources):
        if each["Effect"] == "Deny" or "Resource" not in each:
            continue
        for action in as_list(each["Action"]):
            assert "*" not in action, where
        for resource in as_list(each["Resource"]):
            assert "*" not in resource or resource in NAMED, where


@every_way
def test_conditions(way):
    resources = Resolved(WAYS[way]).resources
    for where, each in statements(resources):
        condition = each.get("Condition", {})
        if each["Effect"] == "Deny":
            assert condition == {"Bool": {"aws:SecureTransport": "false"}}
            assert each["Principal"] == "*"
        if "sts:AssumeRole" in each["Action"]:
            assert each["Principal"] == {"Service": "bedrock.amazonaws.com"}
            assert condition == {"StringEquals": {"aws:SourceAccount": ACCOUNT},
                                 "ArnEquals": {"aws:SourceArn": JOBS}}
        if each["Action"] == "iam:PassRole":
            assert condition == {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}}
        if "kms:Decrypt" in each["Action"]:
            assert set(condition["StringLike"]) == {"kms:ViaService"}
        if where == "BatchRole" and "s3:" in json.dumps(each["Action"]):
            assert condition == {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}


@every_way
def test_the_bucket_is_closed(way):
    bucket = Resolved(WAYS[way]).resources["Bucket"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    own = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
    assert rule["ServerSideEncryptionByDefault"] == (
        own if "KmsKey" in WAYS[way] else {"SSEAlgorithm": "AES256"})
    [forget] = bucket["LifecycleConfiguration"]["Rules"]
    assert (forget["Status"], forget["ExpirationInDays"]) == ("Enabled", "30")
    assert "Prefix" not in forget  # All of it.
    deny = [each for _, each in statements(Resolved(WAYS[way]).resources)
            if each["Effect"] == "Deny" and each["Action"] == "s3:*"]
    assert [each["Resource"] for each in deny] == [[BUCKET, f"{BUCKET}/*"]]


@every_way
def test_the_topic_is_encrypted(way):
    topic = Resolved(WAYS[way]).resources["Topic"]
    assert topic["KmsMasterKeyId"] == (KEY if "KmsKey" in WAYS[way] else "alias/aws/sns")


def test_wildcards_cannot_be_smuggled_in():
    parameters = load(str(TEMPLATE))["Parameters"]
    for name in ("FoundationModel", "InferenceProfile", "KmsKey"):
        assert re.fullmatch(parameters[name]["AllowedPattern"], "")
        for bad in ("*", "a*", "a?b", "${x}", "arn:aws:kms:eu-central-1:111122223333:key/*"):
            assert not re.fullmatch(parameters[name]["AllowedPattern"], bad), name
    assert re.fullmatch(parameters["FoundationModel"]["AllowedPattern"], BASE)
    assert re.fullmatch(parameters["KmsKey"]["AllowedPattern"], KEY)


ACTIONS = json.loads((importlib.resources.files("cfnlint") /
                      "data/AdditionalSpecs/Policies.json").read_text())


def actions_of(statement):
    return [action.split(":") for action in as_list(statement["Action"])]


def test_every_action_that_is_named_exists():
    """By AWS's Service Authorization Reference, of which cfn-lint carries a copy."""
    named = [each for _, each in statements(Resolved(WAYS["all"]).resources)]
    for statement in named + rights_in_docs()["Statement"]:
        for service, action in actions_of(statement):
            known = {name.lower() for name in ACTIONS[service]["Actions"]}
            assert action == "*" or action.lower() in known, f"{service}:{action}"


def test_the_rights_in_the_documents_fit_the_template():
    """Each is for one service's resources, and every resource that is made is among them."""
    patterns = [pattern for statement in rights_in_docs()["Statement"]
                for pattern in as_list(statement["Resource"])]
    for name in ("Bucket", "BatchRole", "Topic", "DigestPolicy"):
        kind = {"Bucket": "s3:::trailwarden-bucket-*"}.get(name, f"trailwarden-{name}-*")
        assert any(pattern.endswith(kind) for pattern in patterns), name


def test_partitions():
    """Nothing names a partition: the template works in China and in GovCloud as well."""
    code = re.sub(r"#.*", "", TEMPLATE.read_text())
    assert re.findall(r"arn:aws(?!\[)", code) == []
