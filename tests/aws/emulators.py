"""Servers that stand in for AWS on loopback, each a process of its own.

`moto_server()` knows every service used here and, once authentication is switched on, computes each
request's signature anew. `versitygw()` is an S3 server that always does. `elasticmq()` is an SQS
server that keeps time (visibility, long polls) but checks no signature. `dynamodb()` is AWS's own
DynamoDB Local. `boto()` is a client to fill them and to look into them with.
"""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import boto3
import botocore.config
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSITYGW = ROOT / ".cache/bin/versitygw"
ELASTICMQ = ROOT / ".cache/elasticmq"
DYNAMODB = ROOT / ".cache/dynamodb"
REGION = "eu-central-1"
ROOT_KEY = "AKIDROOTEXAMPLE"
ROOT_SECRET = "root/secret+of=versitygw"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def wait_until_open(process, port, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with status {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args[0]} does not listen on port {port}")


@contextlib.contextmanager
def serving(command, port, log, env=None):
    """Runs `command` until the block ends; yields the URL of its port."""
    with open(log, "wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, **(env or {})}
        )
        try:
            wait_until_open(process, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def moto_server(folder, program=("-m", "moto.server")):
    port = free_port()
    command = [sys.executable, *program, "-H", "127.0.0.1", "-p", str(port)]
    return serving(command, port, folder / f"moto-{port}.log")


def check_signatures(moto_url):
    """From now on moto refuses what is not signed by a key that it knows."""
    request = urllib.request.Request(
        f"{moto_url}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"}
    )
    urllib.request.urlopen(request).close()


def why_no_versitygw():
    return None if VERSITYGW.exists() else "versitygw is not there: tools/setup test builds it with Go"


def versitygw(folder):
    port = free_port()
    data = folder / f"buckets-{port}"
    data.mkdir()
    environment = {"ROOT_ACCESS_KEY": ROOT_KEY, "ROOT_SECRET_KEY": ROOT_SECRET}
    command = [str(VERSITYGW), "--port", f"127.0.0.1:{port}", "--region", REGION]
    return serving(
        [*command, "posix", str(data)], port, folder / f"versitygw-{port}.log", environment
    )


def why_no_elasticmq():
    if shutil.which("java") is None:
        return "there is no Java"
    if not any(ELASTICMQ.glob("*.jar")):
        return "ElasticMQ is not there: tools/setup test fetches it with Maven"
    return None


def elasticmq(folder):
    port = free_port()
    settings = folder / f"elasticmq-{port}.conf"
    settings.write_text(
        'include classpath("application.conf")\n'
        f'rest-sqs {{ enabled = true, bind-hostname = "127.0.0.1", bind-port = {port} }}\n'
        "rest-stats { enabled = false }\n"
    )
    command = ["java", f"-Dconfig.file={settings}", "-cp", f"{ELASTICMQ}/*"]
    return serving([*command, "org.elasticmq.server.Main"], port, folder / f"elasticmq-{port}.log")


def why_no_dynamodb():
    if shutil.which("java") is None:
        return "there is no Java"
    if not any(DYNAMODB.glob("libsqlite4java-linux-amd64*.so")) or os.uname().machine != "x86_64":
        return "DynamoDB Local is not there: tools/setup test fetches it with Maven"
    return None


def dynamodb(folder):
    port = free_port()
    command = [
        "java", "-Xmx512m", f"-Djava.library.path={DYNAMODB}", "-cp", f"{DYNAMODB}/*",
        "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
        "-inMemory", "-disableTelemetry", "-port", str(port),
    ]  # fmt: skip
    return serving(command, port, folder / f"dynamodb-{port}.log")


def environment(**more):
    """What a process needs that asks an emulator, and nothing of ours."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
    } | more


def boto(service, url, key="AKIDEXAMPLE", secret="secret", token=None, **config):
    """The client of `service` at `url`, by AWS's own SDK; it tries everything once."""
    return boto3.session.Session(
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        region_name=REGION,
    ).client(
        service,
        endpoint_url=url,
        config=botocore.config.Config(
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            retries={"total_max_attempts": 1},
            **config,
        ),
    )


def need(reason):
    """Skips for `reason`, unless there is none; CI has what these tests need."""
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


class Queue:
    def __init__(self, client, name):
        self.client = client
        self.url = client.create_queue(QueueName=name)["QueueUrl"]

    def send(self, body):
        text = body if isinstance(body, str) else json.dumps(body)
        self.client.send_message(QueueUrl=self.url, MessageBody=text)

    def counts(self):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return tuple(int(answer["Attributes"][name]) for name in names)

    def is_empty(self):
        return self.counts() == (0, 0)

    def take(self):
        """Some bodies, which are then gone from the queue."""
        messages = self.client.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        messages = messages.get("Messages", [])
        entries = [{"Id": m["MessageId"], "ReceiptHandle": m["ReceiptHandle"]} for m in messages]
        if entries:
            self.client.delete_message_batch(QueueUrl=self.url, Entries=entries)
        return [message["Body"] for message in messages]

    def bodies(self):
        answer = self.client.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        return [message["Body"] for message in answer.get("Messages", [])]


def eventually(is_true, seconds=120):
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.1)
