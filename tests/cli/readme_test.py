"""The README's examples: each command runs, and prints what the README says it prints."""

import os
import re
import subprocess

import pytest

from conftest import BINARY, ROOT, environment

LEFT_OUT = "…"


def examples():
    """(command, lines it is said to print) of every console block."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


EXAMPLES = [example for example in examples() if example[0].startswith("trailwarden ")]


def run(command, folder):
    path = f"{BINARY.parent}:{os.environ['PATH']}"
    (folder / "examples").symlink_to(ROOT / "examples")
    (folder / "rules").symlink_to(ROOT / "rules")
    return subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=folder, text=True,
                          capture_output=True, env=environment(PATH=path), timeout=120, check=False)


def assert_printed(lines, output):
    """All of `lines` stand in `output`, in this order; LEFT_OUT stands for any others."""
    rest = iter(output.splitlines())
    for line in lines:
        if line != LEFT_OUT:
            assert line in rest, f"not printed, or not here: {line}"


@pytest.mark.parametrize("command, lines", EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_example(command, lines, tmp_path):
    result = run(command, tmp_path)
    assert result.returncode == 0, result.stderr
    assert_printed(lines, result.stdout)


def test_demo_prints_the_report(tmp_path):
    # make demo is this scan; its closing line names the folder that it was run in.
    lines = dict(examples())["make demo"]
    assert lines.pop().startswith("The same as a page: ")
    assert_printed(lines, run("trailwarden scan examples/day", tmp_path).stdout)


def test_every_command_has_an_example():
    named = {command.split()[1] for command, _ in EXAMPLES}
    assert {"scan", "match", "rules", "explain"} <= named
