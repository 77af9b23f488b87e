#!/usr/bin/env python3
"""How long a function takes to be ready: from exec to its first call of the runtime API.

Beside it, in the same run, a Python process that imports an AWS SDK and builds one client.

    bench/startup.py [--repeats 21]
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "watch"))

from runtime_api import RuntimeApi  # noqa: E402

BINARY = ROOT / "build/release/bin/trailwarden"
PYTHON = ROOT / ".venv/bin/python"
SDK = "import boto3; boto3.client('sqs', region_name='eu-west-1', aws_access_key_id='a', aws_secret_access_key='b')"


def ours():
    with RuntimeApi() as api:
        environment = {"AWS_LAMBDA_RUNTIME_API": api.address, "TRAILWARDEN_SINK": "jsonl:/dev/null"}
        begin = time.monotonic()
        process = subprocess.Popen([BINARY], env=environment, stderr=subprocess.DEVNULL)
        while api.first_next is None:
            time.sleep(0.0002)
        process.kill()
        process.wait()
        return api.first_next - begin


def theirs():
    begin = time.monotonic()
    subprocess.run([PYTHON, "-c", SDK], env={"PATH": os.environ["PATH"]}, check=True)
    return time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=21)
    repeats = parser.parse_args().repeats
    times = {"trailwarden lambda": [], "Python with boto3": []}
    for _ in range(repeats):
        times["trailwarden lambda"].append(ours())
        times["Python with boto3"].append(theirs())
    print("| from exec to ready | median | min | max |\n| --- | --- | --- | --- |")
    for name, seconds in times.items():
        row = [statistics.median(seconds), min(seconds), max(seconds)]
        print(f"| {name} | " + " | ".join(f"{1000 * s:.1f} ms" for s in row) + " |")
    ratio = statistics.median(times["Python with boto3"]) / statistics.median(
        times["trailwarden lambda"]
    )
    print(f"\n{ratio:.0f} times as fast.")


if __name__ == "__main__":
    main()
