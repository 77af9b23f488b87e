"""The promises of tests/unit/shared_store, kept by the table as they are by the file."""

import os
import pathlib
import subprocess

import emulators
import running
import table

TEST = pathlib.Path(
    os.environ.get("TW_SHARED_STORE_TEST", running.BINARY.with_name("shared_store_test"))
)
TABLES = 100


def test_both_stores_keep_the_same_promises(dynamodb):
    client = emulators.boto("dynamodb", dynamodb)
    for number in range(TABLES):
        table.make(client, f"contract-{number}")
    done = subprocess.run(
        [TEST.resolve(), "--gtest_brief=1"],
        env={**os.environ, "TW_DYNAMODB": dynamodb, "TW_DYNAMODB_TABLES": "contract-"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    assert "SKIPPED" not in done.stdout, done.stdout[-2000:]
