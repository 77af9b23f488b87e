#!/usr/bin/env python3
"""How long a function takes to be ready: from exec to its first call of the runtime API.

Beside it, in the same run, a Python process that imports an AWS SDK and builds one client; and
commands that have little to do, from exec to their end.

    bench/startup.py [--repeats 21]

The binary is copied first, as what is installed or unpacked is written from front to back: a file
as the linker leaves it is mapped more slowly, by a quarter of a millisecond.
"""

import argparse
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BINARY = pathlib.Path(os.environ.get("TW_BINARY", ROOT / "build/release/bin/trailwarden"))
PYTHON = ROOT / ".venv/bin/python"
SDK = "import boto3; boto3.client('sqs', region_name='eu-west-1', aws_access_key_id='a', aws_secret_access_key='b')"

EVENT = {
    "eventVersion": "1.11",
    "eventTime": "2026-11-16T11:57:25Z",
    "eventID": "e-1",
    "eventSource": "ec2.amazonaws.com",
    "eventName": "CreateKeyPair",
    "awsRegion": "eu-central-1",
    "sourceIPAddress": "203.0.113.9",
    "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/mallory"},
}
PATTERN = '{"source":["aws.ec2"]}'


def ours(binary):
    with socket.create_server(("127.0.0.1", 0)) as api:
        api.settimeout(10)
        address = f"127.0.0.1:{api.getsockname()[1]}"
        environment = {"AWS_LAMBDA_RUNTIME_API": address, "TRAILWARDEN_SINK": "jsonl:/dev/null"}
        begin = time.monotonic()
        process = subprocess.Popen([binary], env=environment, stderr=subprocess.DEVNULL)
        connection, _ = api.accept()
        call = connection.recv(4096)
        ready = time.monotonic() - begin
        process.kill()
        process.wait()
        connection.close()
    assert call.startswith(b"GET /2018-06-01/runtime/invocation/next "), call
    return ready


def command(binary, *words):
    begin = time.monotonic()
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([binary, *words], env={}, check=True, **silent)
    return time.monotonic() - begin


def theirs():
    begin = time.monotonic()
    subprocess.run([PYTHON, "-c", SDK], env={"PATH": os.environ["PATH"]}, check=True)
    return time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=21)
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "one.json"
        log.write_text(json.dumps({"Records": [EVENT]}))
        binary = shutil.copy(BINARY, folder)
        runs = {
            "trailwarden lambda": lambda: ours(binary),
            "Python with boto3": theirs,
            "trailwarden rules list": lambda: command(binary, "rules", "list"),
            "trailwarden scan, one event": lambda: command(binary, "scan", log),
            "trailwarden match, one event": lambda: command(binary, "match", "--pattern", PATTERN, log),
        }
        times = {name: [] for name in runs}
        for _ in range(repeats):
            for name, run in runs.items():
                times[name].append(run())
    print("| from exec to ready, or to its end | median | min | max |\n| --- | --- | --- | --- |")
    for name, seconds in times.items():
        row = [statistics.median(seconds), min(seconds), max(seconds)]
        print(f"| {name} | " + " | ".join(f"{1000 * s:.1f} ms" for s in row) + " |")
    ratio = statistics.median(times["Python with boto3"]) / statistics.median(
        times["trailwarden lambda"]
    )
    print(f"\n{ratio:.0f} times as fast.")


if __name__ == "__main__":
    main()
