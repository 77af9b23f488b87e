"""Runs commands and says what they cost."""

import dataclasses
import os
import statistics
import subprocess
import time


@dataclasses.dataclass(frozen=True)
class Run:
    wall_s: float
    cpu_s: float
    memory_bytes: int  # Peak resident set. Never less than what this Python holds: Linux counts
    # what a process was before it became the command.
    output: bytes


class Failed(Exception):
    """A command that did not end well; the message is fit for a person."""


def run_once(command, *, keep_output=False):
    """Runs the command to its end; its standard output is dropped unless asked for."""
    begin = time.monotonic()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
        stdout=subprocess.PIPE if keep_output else subprocess.DEVNULL)
    output = process.stdout.read() if keep_output else b""
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        last = complaint.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise Failed(f"{' '.join(map(str, command[:3]))} …: exit {process.returncode}: {last[0]}")
    return Run(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, output)


@dataclasses.dataclass(frozen=True)
class Figures:
    """What several runs of one command cost."""

    runs: int
    wall_s: float  # Medians.
    wall_min_s: float
    wall_max_s: float
    cpu_s: float
    memory_bytes: int  # The largest.


def summarise(runs):
    walls = [r.wall_s for r in runs]
    return Figures(len(runs), statistics.median(walls), min(walls), max(walls),
                   statistics.median(r.cpu_s for r in runs), max(r.memory_bytes for r in runs))


def interleave(commands, repeats, progress=None):
    """Measures {name: command} in rounds, so that what else the machine does hits all alike.

    One round before the first warms the page cache and is not counted.
    """
    runs = {name: [] for name in commands}
    for round_number in range(repeats + 1):
        for name, command in commands.items():
            if progress:
                progress(name, round_number)
            result = run_once(command)
            if round_number > 0:
                runs[name].append(result)
    return {name: summarise(results) for name, results in runs.items()}
