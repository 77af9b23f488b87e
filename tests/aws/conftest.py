"""The clients of src/aws against servers that stand in for AWS; all of it on loopback."""

import base64
import json
import os
import pathlib
import subprocess

import botocore.session
import pytest

import emulators
from emulator_fixtures import elasticmq, emulator_folder, moto, s3_server  # noqa: F401

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROBE = pathlib.Path(os.environ.get("TW_AWS_PROBE", ROOT / "build/release/bin/aws_probe")).resolve()


class Probe:
    """One aws_probe process: see probe.cpp. Its environment is `env` and nothing of ours."""

    def __init__(self, url=None, key="AKIDEXAMPLE", secret="secret", token=None, **env):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_REGION": emulators.REGION,
            "AWS_PROBE_SLEEP_SCALE": "0.01",
        }
        if url:
            environment["AWS_ENDPOINT_URL"] = url
        if key:
            environment |= {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret}
        if token:
            environment["AWS_SESSION_TOKEN"] = token
        self.process = subprocess.Popen(
            [PROBE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment | env,
        )

    def ask(self, **line):
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"aws_probe ended with status {self.process.wait()}"
        return json.loads(answer)

    def call(self, service, operation, **line):
        return self.ask(service=service, operation=operation, **line)

    def output(self, service, operation, **line):
        """The output of a call that must work."""
        answer = self.call(service, operation, **line)
        assert "output" in answer, answer
        return answer["output"]

    def s3(self, method, bucket, key="", **line):
        return self.ask(s3=method, bucket=bucket, key=key, **line)

    def s3_output(self, method, bucket, key="", **line):
        answer = self.s3(method, bucket, key, **line)
        assert "output" in answer, answer
        return answer["output"]

    def close(self):
        self.process.stdin.close()
        status = self.process.wait(30)
        self.process.stdout.close()
        assert status == 0, f"aws_probe ended with status {status}"


@pytest.fixture
def probe():
    """Makes probes, and ends them after the test."""
    probes = []

    def make(*arguments, **options):
        probes.append(Probe(*arguments, **options))
        return probes[-1]

    yield make
    for each in probes:
        each.close()


def tables():
    """The operation tables of src/aws; structures of which one member is set are marked as unions."""
    result = json.loads(subprocess.run([PROBE, "--tables"], capture_output=True, check=True).stdout)
    session = botocore.session.get_session()
    for table in result:
        service = session.get_service_model(table["service"]["model"])
        operation = service.operation_model(table["name"])
        for ours, model in (
            (table["input"], operation.input_shape),
            (table["output"], operation.output_shape),
        ):
            mark_unions(ours, model)
    return result


def mark_unions(ours, model):
    if model is None or ours["type"] != model.type_name:
        return
    ours["union"] = getattr(model, "is_tagged_union", False)
    for name, member in ours.get("members", {}).items():
        if name in model.members:
            mark_unions(member, model.members[name])
    if ours["type"] in ("list", "map"):
        mark_unions(ours["element"], model.member if ours["type"] == "list" else model.value)


def b64(text_or_bytes):
    data = text_or_bytes.encode() if isinstance(text_or_bytes, str) else text_or_bytes
    return base64.b64encode(data).decode()
