"""`trailwarden verify s3://…` against an emulator of S3, with public keys from a small server that
answers ListPublicKeys as CloudTrail does."""

import base64
import contextlib
import http.server
import json
import re
import sys
import threading

import boto3
import pytest

from conftest import ROOT
from make_trail import BUCKET, Key, key_list, make
from verify_test import (counts, digest_deleted, expect, log_added, log_altered, log_deleted,
                         newest_digest_altered, signature_altered, two_digests_deleted_in_a_row)

sys.path.insert(0, str(ROOT / "tests/aws"))
from emulators import moto_server  # noqa: E402


class KeyServer(http.server.BaseHTTPRequestHandler):
    """CloudTrail's ListPublicKeys: one key a page."""

    keys = []
    asked = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        region = re.search(r"Credential=[^/]+/\d+/([^/]+)/cloudtrail/", self.headers["Authorization"])
        self.asked.append((region.group(1), self.headers["X-Amz-Target"].rpartition(".")[2], body))
        page = int(body.get("NextToken", "0"))
        answer = {"PublicKeyList": [
            {"Fingerprint": key.fingerprint, "Value": base64.b64encode(key.der).decode(),
             "ValidityStartTime": key.start.timestamp(), "ValidityEndTime": key.end.timestamp()}
            for key in self.keys[page:page + 1]]}
        if page + 1 < len(self.keys):
            answer["NextToken"] = str(page + 1)
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def key_server(*keys):
    handler = type("Handler", (KeyServer,), {"keys": list(keys), "asked": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler.asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    with moto_server(tmp_path_factory.mktemp("moto")) as url:
        client = boto3.client("s3", endpoint_url=url, region_name="us-east-1",
                              aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret")
        client.create_bucket(Bucket=BUCKET)
        yield url, client


def upload(client, bucket):
    listed = client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    for each in listed:
        client.delete_object(Bucket=BUCKET, Key=each["Key"])
    for key, (data, metadata) in bucket.objects.items():
        client.put_object(Bucket=BUCKET, Key=key, Body=data, Metadata=metadata)


@pytest.fixture
def verify(run, s3):
    """Uploads the bucket and verifies it: (finished process, what the key server was asked)."""
    url, client = s3

    def upload_and_run(bucket, *options, place=f"s3://{BUCKET}", keys=(Key("second"), Key("first"))):
        upload(client, bucket)
        with key_server(*keys) as (keys_url, asked):
            result = run("verify", place, "--format", "json", *options, env={
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_ENDPOINT_URL_S3": url, "AWS_ENDPOINT_URL_CLOUDTRAIL": keys_url})
        return result, asked

    return upload_and_run


def test_an_untouched_bucket_is_intact(verify):
    result, asked = verify(make()[0])
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert counts(report, "digests") == {"valid": 12}  # The newest too: S3 has its signature.
    assert counts(report, "log_files") == {"valid": 20}
    assert [(region, call) for region, call, _ in asked] == 2 * [
        ("eu-north-1", "ListPublicKeys")] + 2 * [("us-east-1", "ListPublicKeys")]
    first = asked[0][2]
    assert first["StartTime"] <= 1773216091 and first["EndTime"] >= 1773237691 + 2 * 3600


def test_a_prefix_and_a_period(verify):
    result, _ = verify(make(prefix="logs/2026/")[0], "--since", "2026-03-11T10:00:00Z",
                       place=f"s3://{BUCKET}/logs/2026")
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert counts(report, "digests") == {"valid": 10}


@pytest.mark.parametrize("tamper", [log_altered, log_deleted, log_added, digest_deleted,
                                    two_digests_deleted_in_a_row, signature_altered,
                                    newest_digest_altered], ids=lambda tamper: tamper.__name__)
def test_tampering_is_named(verify, tamper):
    trail = make()
    wanted = tamper(*trail)
    result, _ = verify(trail[0])
    assert result.returncode == 3, result.stderr
    expect(json.loads(result.stdout), *wanted)


def test_a_digest_whose_metadata_is_lost(verify):
    bucket, north, _ = make()
    key = north.digests[5]["key"]
    bucket.objects[key] = (bucket.objects[key][0], {})
    result, _ = verify(bucket)
    assert result.returncode == 3
    expect(json.loads(result.stdout), ("digest-signature-missing", key))


def test_a_bucket_that_says_another_name(verify):
    """Objects that were copied from another bucket are not where CloudTrail delivered them."""
    bucket, north, east = make()
    bucket.name = "elsewhere"
    for chain in (north, east):
        for i in range(len(chain.digests)):
            chain.sign_again(i, digestS3Bucket="elsewhere")
    result, _ = verify(bucket)
    assert result.returncode == 3
    kinds = {each["kind"] for each in json.loads(result.stdout)["problems"]}
    assert "digest-moved" in kinds


def test_keys_from_a_file_ask_nobody(verify, tmp_path):
    (tmp_path / "keys.json").write_text(key_list(Key("first")))
    result, asked = verify(make()[0], "--public-keys", "keys.json")
    assert result.returncode == 0, result.stderr
    assert asked == []


def test_no_keys_no_proof(verify):
    result, _ = verify(make()[0], keys=())
    assert result.returncode == 3
    kinds = {each["kind"] for each in json.loads(result.stdout)["problems"]}
    assert kinds == {"digest-key-unknown"}


def test_a_bucket_that_is_not_there_is_a_failure(verify):
    result, _ = verify(make()[0], place="s3://no-such-bucket-here")
    assert result.returncode == 1
    assert "NoSuchBucket" in result.stderr


def test_a_name_that_is_no_bucket_is_wrong_usage(verify):
    result, _ = verify(make()[0], place="s3://")
    assert result.returncode == 2
