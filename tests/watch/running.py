"""A running `trailwarden watch`, and what can be asked of it and of its store."""

import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
for room in ("aws", "sink"):  # Emulators and the fault proxy; the fake Slack.
    sys.path.insert(0, str(ROOT / "tests" / room))

import emulators  # noqa: E402

BINARY = pathlib.Path(os.environ.get("TW_BINARY", ROOT / "build/release/bin/trailwarden"))


class Watch:
    """One process. Its environment is `env` and nothing of ours."""

    def __init__(self, folder, *options, store=None, stdin=None, limits=None, **env):
        self.store = folder / "store.db" if store is None else store
        self.log = folder / "watch.log"
        command = [BINARY.resolve(), "watch", "--store", self.store, "--listen", "127.0.0.1:0"]
        with open(self.log, "ab") as log:
            self.log_begin = log.tell()
            self.process = subprocess.Popen(
                [*command, *options],
                stdin=subprocess.DEVNULL if stdin is None else stdin,
                stdout=log,
                stderr=log,
                env=emulators.environment(**env),
                cwd=folder,
                preexec_fn=limits,
                restore_signals=limits is None,  # A limit on files is an error, not a death.
            )

    def said(self):
        """What this process wrote."""
        with open(self.log, "rb") as log:
            log.seek(self.log_begin)
            return log.read().decode()

    def port(self, seconds=20):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := re.search(r"\bport=(\d+)$", self.said(), re.MULTILINE):
                return int(found[1])
            assert self.process.poll() is None, self.said()
            time.sleep(0.01)
        raise AssertionError("it does not say that it is watching: " + self.said())

    def get(self, path):
        """Status and body of its own endpoint."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port()}{path}", timeout=10) as got:
                return got.status, got.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metrics(self):
        """{name with labels: value}"""
        status, text = self.get("/metrics")
        assert status == 200, text
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    def stop(self, seconds=60):
        """Ends it in order: its exit status and how long that took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(seconds)
        return status, time.monotonic() - began

    def kill(self):
        self.process.kill()
        self.process.wait()

    # What the kernel knows of it.

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def peak_bytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) * 1024

    def files_open(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Store:
    """Reads a store's file, also while a watch writes to it."""

    def __init__(self, path):
        self.path = path

    def rows(self, sql, *values):
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def number(self, sql, *values):
        return self.rows(sql, *values)[0][0]

    def is_sound(self):
        return self.rows("PRAGMA integrity_check") == [("ok",)]

    def outbox(self):
        """How many messages are open, sent and dead."""
        states = dict(self.rows("SELECT state, count(*) FROM outbox GROUP BY state"))
        return states.get(0, 0) + states.get(1, 0), states.get(2, 0), states.get(3, 0)


class Steadily(threading.Thread):
    """Calls `work` over and over until it is told to stop; an error of its is raised by stop()."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.over, self.error = work, threading.Event(), None
        self.start()

    def run(self):
        try:
            while not self.over.is_set():
                self.work()
        except Exception as error:  # Shown by stop().
            self.error = error

    def stop(self):
        self.over.set()
        self.join()
        if self.error:
            raise self.error
