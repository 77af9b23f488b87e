"""Requests of every client are accepted by servers that compute the signature anew, by the code of
others; wrong secrets are not."""

import json

import pytest

import emulators
from conftest import b64
from emulators import boto

ODD_KEYS = [
    "plain",
    "a b",
    "two  blanks ",
    "ünïcödé/€/𝄞",
    "plus+plus",
    "percent%41%",
    "tilde~",
    "equals=and&",
    "question?mark",
    "hash#tag",
    "quote'double\"",
    "colon:semi;at@comma,",
    "star*paren()[]{}",
    "back\\slash|pipe^caret`",
    "dollar$bang!",
    "AWSLogs/1/CloudTrail/eu-central-1/2026/11/22/1_CloudTrail_eu-central-1_20261122T0000Z_x.json.gz",
]
# versitygw keeps objects in a file system and takes these no more than a folder would; moto does.
PATH_KEYS = ["double//slash", "/leading", "trailing/", "dot/./dot", "dots/../dots", "//", "..", "."]

POLICY = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
TRUST = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
}


class Account:
    """An account at moto: a user with keys, a role with keys for a while, something of each kind."""

    def __init__(self, url):
        self.url = url
        iam = boto("iam", url)
        iam.create_user(UserName="auditor")
        iam.put_user_policy(
            UserName="auditor", PolicyName="all", PolicyDocument=json.dumps(POLICY)
        )
        user = iam.create_access_key(UserName="auditor")["AccessKey"]
        self.user = {"key": user["AccessKeyId"], "secret": user["SecretAccessKey"]}
        self.role = iam.create_role(
            RoleName="audit", AssumeRolePolicyDocument=json.dumps(TRUST)
        )["Role"]["Arn"]
        iam.put_role_policy(RoleName="audit", PolicyName="all", PolicyDocument=json.dumps(POLICY))
        session = boto("sts", url).assume_role(RoleArn=self.role, RoleSessionName="test")
        session = session["Credentials"]
        self.session = {
            "key": session["AccessKeyId"],
            "secret": session["SecretAccessKey"],
            "token": session["SessionToken"],
        }
        self.queue = boto("sqs", url).create_queue(QueueName="q")["QueueUrl"]
        self.topic = boto("sns", url).create_topic(Name="t")["TopicArn"]
        boto("secretsmanager", url).create_secret(Name="hook", SecretString="ß secret")
        s3 = boto("s3", url)
        s3.create_bucket(
            Bucket="logs", CreateBucketConfiguration={"LocationConstraint": emulators.REGION}
        )
        boto("cloudtrail", url).create_trail(Name="trail", S3BucketName="logs")
        emulators.check_signatures(url)

    def calls(self):
        """One call of each operation that moto knows, with input that needs care in signing."""
        odd = "a b+c%20&d=ü~*'()!/?#"
        queue = {"QueueUrl": self.queue}
        yield "SQS", "SendMessage", {**queue, "MessageBody": odd}
        yield "SQS", "ReceiveMessage", {**queue, "MessageSystemAttributeNames": ["All"]}
        yield "SQS", "GetQueueUrl", {"QueueName": "q"}
        yield "SQS", "GetQueueAttributes", {**queue, "AttributeNames": ["All"]}
        yield "SNS", "Publish", {
            "TopicArn": self.topic,
            "Message": odd,
            "Subject": "a + b & c",
            "MessageAttributes": {"kind": {"DataType": "String", "StringValue": odd}},
        }
        yield "STS", "GetCallerIdentity", {}
        yield "STS", "AssumeRole", {"RoleArn": self.role, "RoleSessionName": "a+b=c,d.e@f-g"}
        yield "CLOUDTRAIL", "DescribeTrails", {"trailNameList": ["trail"]}
        yield "CLOUDTRAIL", "GetTrailStatus", {"Name": "trail"}
        yield "SECRETS_MANAGER", "GetSecretValue", {"SecretId": "hook"}


@pytest.fixture(scope="module")
def account(emulator_folder):
    with emulators.moto_server(emulator_folder) as url:
        yield Account(url)


@pytest.mark.parametrize("who", ["user", "session"])
def test_moto_accepts(account, probe, who):
    client = probe(account.url, **getattr(account, who))
    for service, operation, value in account.calls():
        client.output(service, operation, input=value)


def test_moto_accepts_operations_it_has_not_got(account, probe):
    """moto looks at the signature before it finds out that it cannot do these."""
    good = probe(account.url, **account.session)
    bad = probe(account.url, **{**account.session, "secret": "wrong"})
    for operation in ("LookupEvents", "ListPublicKeys"):
        assert good.call("CLOUDTRAIL", operation)["failure"]["status"] == 500
        assert bad.call("CLOUDTRAIL", operation)["failure"]["status"] == 403


@pytest.mark.parametrize("who", ["user", "session"])
def test_moto_refuses_a_wrong_secret(account, probe, who):
    client = probe(account.url, **{**getattr(account, who), "secret": "wrong"})
    for service, operation, value in account.calls():
        failure = client.call(service, operation, input=value)["failure"]
        assert failure["code"] in ("SignatureDoesNotMatch", "InvalidSignatureException"), failure
        assert failure["kind"] == "Refused" and failure["attempts"] == 1
        assert "wrong" not in failure["line"] and account.user["secret"] not in failure["line"]


def test_moto_refuses_a_wrong_token(account, probe):
    client = probe(account.url, **{**account.session, "token": "of somebody else"})
    failure = client.call("SQS", "GetQueueUrl", input={"QueueName": "q"})["failure"]
    assert failure["status"] in (400, 403), failure


@pytest.mark.parametrize("key", ODD_KEYS + PATH_KEYS)
def test_moto_keeps_odd_keys(account, probe, key):
    client = probe(account.url, **account.session)
    bucket = {"Bucket": "logs", "Key": key}
    client.output("S3", "PutObject", input={**bucket, "Body": b64(key)})
    theirs = boto("s3", account.url, **account.session)
    assert theirs.get_object(Bucket="logs", Key=key)["Body"].read() == key.encode()
    assert client.output("S3", "GetObject", input=bucket)["Body"] == b64(key)
    page = client.s3_output("list", "logs", prefix=key)
    assert key in [each["key"] for each in page["objects"]]
    client.s3_output("remove", "logs", key)
    assert client.s3_output("head", "logs", key) is None


@pytest.fixture(scope="module")
def gateway(s3_server):
    theirs = boto("s3", s3_server, emulators.ROOT_KEY, emulators.ROOT_SECRET)
    theirs.create_bucket(Bucket="odd-keys")
    return theirs


def our_gateway(probe, url):
    return probe(url, emulators.ROOT_KEY, emulators.ROOT_SECRET)


@pytest.mark.parametrize("key", ODD_KEYS)
def test_versitygw_keeps_odd_keys(gateway, s3_server, probe, key):
    client = our_gateway(probe, s3_server)
    metadata = {"signature": "two  blanks, and ~!*'()"}
    client.s3_output("put", "odd-keys", key, body=b64(key), metadata=metadata)
    answer = gateway.get_object(Bucket="odd-keys", Key=key)
    assert answer["Body"].read() == key.encode()
    ours = client.s3_output("get", "odd-keys", key)
    assert ours["body"] == b64(key)
    assert ours["etag"] == answer["ETag"]
    assert ours["metadata"] == answer["Metadata"]
    client.s3_output("remove", "odd-keys", key)
    assert "Contents" not in gateway.list_objects_v2(Bucket="odd-keys", Prefix=key)


def test_versitygw_refuses_a_wrong_secret(gateway, s3_server, probe):
    client = probe(s3_server, emulators.ROOT_KEY, "wrong")
    failure = client.s3("list", "odd-keys")["failure"]
    assert failure["code"] == "SignatureDoesNotMatch"
    head = client.s3("head", "odd-keys", "plain")["failure"]
    assert (head["status"], head["code"]) == (403, "Forbidden")


@pytest.mark.parametrize("query", ["a b", "+", "%2B", "ü/€", "a=b&c", "~*'()", "\\", "[x]"])
def test_versitygw_accepts_odd_queries(gateway, s3_server, probe, query):
    client = our_gateway(probe, s3_server)
    page = client.s3_output("list", "odd-keys", prefix=query, delimiter="/", start_after=query)
    theirs = gateway.list_objects_v2(
        Bucket="odd-keys", Prefix=query, Delimiter="/", StartAfter=query
    )
    assert len(page["objects"]) == theirs["KeyCount"] == 0
