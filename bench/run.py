#!/usr/bin/env python3
"""Measures `trailwarden scan` and `match` beside the floors and other tools: see README.md here.

Makes its corpus once (.cache/bench), and goes on where it was when it was stopped. Prints a table;
also writes bench/results/<time>.json, and .md: the tables for docs/PERFORMANCE.md.
"""

import argparse
import dataclasses
import datetime
import hashlib
import importlib.util
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

import make_rules
import s3
from make_corpus import make_corpus
from measure import Failed, interleave, run_once
from rivals import question
from tables import Table, human_bytes, spread

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent
CACHE = ROOT / ".cache" / "bench"
TRAILWARDEN = ROOT / "build" / "release" / "bin" / "trailwarden"
FLOOR = ROOT / "build" / "bench" / "bin" / "floor"
LAYOUTS = {"s3": "gzip, CloudTrail's folders", "ndjson": "NDJSON"}
FLOORS = ("inflate", "parse-simdjson", "parse-own-index")
RIVAL_ROUNDS = 3
MEMORY_BASE, MEMORY_A_RECORD = 100 * 2**20, 16  # What issue and docs promise at most.


def say(text=""):
    """Progress: on a terminal one line that changes, else nothing."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        end = "" if text else "\r"
        print("\r" + text[:width].ljust(width), end=end, file=sys.stderr, flush=True)


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}"


def commit():
    try:
        return subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], check=True,
                              capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


class Corpus:
    """The generated logs, in both layouts, and the part of them that slow tools are given."""

    def __init__(self, events):
        sources = sorted((BENCH / "corpus").iterdir()) + [BENCH / "make_corpus.py"]
        version = hashlib.sha256(b"".join(
            p.read_bytes() for p in sources if p.is_file())).hexdigest()[:8]
        self.root = CACHE / f"{events}-{version}"
        for old in CACHE.glob(f"{events}-*"):
            if old != self.root:  # Made by another version of the generator.
                shutil.rmtree(old)
        self.figures = make_corpus(self.root, events, seed=1, jobs=os.cpu_count() or 1,
                                   progress=lambda done, of: say(f"making the corpus: {done}/{of}"))
        self.events = self.figures["events"]
        self._account = min(self.figures["by_account"])
        self.part_events = self.figures["by_account"][self._account]

    def folder(self, layout):
        return self.root / layout

    def part(self, layout):
        """One account of five: what tools are given that would take minutes for all."""
        return self.root / layout / ("AWSLogs" if layout == "s3" else "") / self._account

    def bytes_read(self, layout):
        return self.figures["gzip_bytes" if layout == "s3" else "json_bytes"]


def scan(folder, threads, *options):
    return [TRAILWARDEN, "scan", "--format", "jsonl", "--threads", str(threads), *options, folder]


def match(folder, threads):
    return [TRAILWARDEN, "match", "--pattern", question.PATTERN, "--threads", str(threads), folder]


def progress_of(section):
    return lambda name, number: say(f"{section}: {name}, round {number or 'warm-up'}")


class Bench:
    def __init__(self, corpus, repeats):
        self._corpus, self._repeats = corpus, repeats
        self.results = {}

    def measure(self, section, commands, repeats=None):
        figures = interleave(commands, repeats or self._repeats, progress_of(section))
        self.results[section] = {name: dataclasses.asdict(f) for name, f in figures.items()}
        say()
        return figures

    def speed(self, layout):
        """scan and the floors, with one thread and with two."""
        corpus = self._corpus
        folder = corpus.folder(layout)
        table = Table(f"scan and its floors: {LAYOUTS[layout]}",
                      ("", "threads", "events/s", "min to max", "MB/s read", "MB/s text", "CPU s",
                       "peak memory", "of floor"))
        floors = FLOORS if layout == "s3" else ("read",) + FLOORS[1:]
        commands = {}
        for threads in (1, 2):
            for mode in floors:
                commands[f"{mode}/{threads}"] = [FLOOR, mode, folder, str(threads)]
            commands[f"scan/{threads}"] = scan(folder, threads)
        parsed = json.loads(run_once(commands["parse-simdjson/2"], keep_output=True).output)
        if parsed["records"] != corpus.events:
            raise Failed(f"{folder} holds {parsed['records']} records, not {corpus.events}")
        figures = self.measure(f"speed {layout}", commands)
        for name, f in figures.items():
            what, threads = name.split("/")
            floor = figures[f"parse-simdjson/{threads}"].wall_s
            table.row(
                {"scan": "scan, built-in rules"}.get(what, "floor: " + what), threads,
                f"{corpus.events / f.wall_s:,.0f}", spread(corpus.events, f),
                f"{corpus.bytes_read(layout) / f.wall_s / 1e6:,.0f}",
                f"{corpus.figures['json_bytes'] / f.wall_s / 1e6:,.0f}", f"{f.cpu_s:.2f}",
                human_bytes(f.memory_bytes), f"{floor / f.wall_s:.0%}")
        allowed = MEMORY_BASE + MEMORY_A_RECORD * corpus.events
        table.note("of floor: share of the events/s of inflate and a bare parse (parse-simdjson) "
                   "with as many threads. "
                   f"Memory promised for {corpus.events:,} records: {human_bytes(allowed)}; what "
                   "needs less than the Python that measures shows that Python's size.")
        return table

    def objects(self):
        """scan s3:// against the same files from disk."""
        table = Table("scan s3://: log files on an S3 server on loopback, and from disk",
                      ("", "threads", "events/s", "min to max", "CPU s", "server's CPU s",
                       "peak memory", "of disk"))
        if not s3.VERSITYGW.exists():
            table.note("left out: versitygw is not there (tools/setup bench builds it with Go).")
            return table
        say("making the objects")
        bucket = s3.make_objects(self._corpus.folder("s3"), self._corpus.root / "buckets")
        with s3.serving(bucket.parent) as server:
            os.environ.update(server.environment)
            for threads in (1, 2):
                self._objects(threads, bucket, server, table)
        table.note(f"{s3.count(bucket):,} objects of {self._corpus.events / s3.count(bucket):,.0f} "
                   "events each. The server is versitygw, which checks every signature; it runs on "
                   "the same processors, so its CPU time counts against s3://.")
        return table

    def _objects(self, threads, bucket, server, table):
        commands = {"files": scan(bucket, threads), "s3://": scan(f"s3://{s3.BUCKET}/", threads)}
        if len({run_once(c, keep_output=True).output for c in commands.values()}) != 1:
            raise Failed("scan s3:// and scan of the files differ")
        served_before = server.cpu_s()
        figures = self.measure(f"objects, {threads} threads", commands)
        served = (server.cpu_s() - served_before) / (self._repeats + 1)
        for name, f in figures.items():
            table.row(name, threads,
                      f"{self._corpus.events / f.wall_s:,.0f}", spread(self._corpus.events, f),
                      f"{f.cpu_s:.2f}", f"{served:.2f}" if name == "s3://" else "",
                      human_bytes(f.memory_bytes), f"{figures['files'].wall_s / f.wall_s:.0%}")

    def rules(self):
        """The same scan with 1, 60 and 600 rules."""
        corpus = self._corpus
        for count in (1, 60, 600):
            make_rules.make_rules(count, CACHE / f"rules-{count}")
        table = Table("what rules cost: scan, one thread",
                      ("layout", "rules", "events/s", "min to max", "CPU s", "time against 60"))
        for layout in LAYOUTS:
            commands = {count: scan(corpus.folder(layout), 1, "--no-builtin-rules", "--rules",
                                    CACHE / f"rules-{count}") for count in (1, 60, 600)}
            figures = self.measure(f"rules {layout}", commands)
            for count, f in figures.items():
                table.row(layout, count, f"{corpus.events / f.wall_s:,.0f}",
                          spread(corpus.events, f), f"{f.cpu_s:.2f}",
                          f"{f.wall_s / figures[60].wall_s:.2f}")
        return table

    def question(self):
        """Events of 37 names from outside 10/8: match, DuckDB, jq and Python."""
        table = Table("the same question to other tools: events of 37 names from outside 10/8",
                      ("tool", "layout", "threads", "corpus", "events/s", "min to max", "CPU s",
                       "peak memory", "count in part"))
        for layout in LAYOUTS:
            self._question(layout, table)
        table.note("All tools give the same count over the same records (checked in this run). "
                   "part: one account of five, for slow tools; events/s are of the records "
                   "that each one read. jq: its CPU and memory without zcat's or cat's.")
        return table

    def _question(self, layout, table):
        whole, part = self._corpus.folder(layout), self._corpus.part(layout)
        rivals = BENCH / "rivals"
        on_part = {
            "jq": [rivals / "count_jq.sh", layout, part],
            "Python": [sys.executable, rivals / "count_python.py", layout, part],
        }
        on_whole = {f"trailwarden match/{n}": match(whole, n) for n in (1, 2)}
        duckdb = [sys.executable, rivals / "count_duckdb.py", layout]
        if not has_duckdb():
            table.note("DuckDB is left out: its Python package is not installed.")
        elif layout == "s3":  # It takes two milliseconds a file, and here are thousands.
            on_part |= {f"DuckDB/{n}": [*duckdb, part, str(n)] for n in (1, 2)}
        else:
            on_whole |= {f"DuckDB/{n}": [*duckdb, whole, str(n)] for n in (1, 2)}
        counts = {"trailwarden match": count_lines(match(part, 2))}
        for name, command in on_part.items():
            counts[name.partition("/")[0]] = int(run_once(command, keep_output=True).output)
        if has_duckdb():
            counts["DuckDB"] = int(run_once([*duckdb, part, "2"], keep_output=True).output)
        if len(set(counts.values())) != 1:
            raise Failed(f"the tools disagree over {part}: {counts}")
        self.results[f"count {layout}"] = counts
        for commands, events, corpus, rounds in (
                (on_whole, self._corpus.events, "whole", self._repeats),
                (on_part, self._corpus.part_events, "part", RIVAL_ROUNDS)):
            for name, f in self.measure(f"question {layout} {corpus}", commands, rounds).items():
                tool, _, threads = name.partition("/")
                table.row(tool, layout, threads or "1", corpus, f"{events / f.wall_s:,.0f}",
                          spread(events, f), f"{f.cpu_s:.2f}", human_bytes(f.memory_bytes),
                          counts[tool])


def has_duckdb():
    # Not imported: what this process holds would show as the memory of what it measures.
    return importlib.util.find_spec("duckdb") is not None


def count_lines(command):
    return run_once(command, keep_output=True).output.count(b"\n")


# Where a sampled function belongs, first match wins. Names are those of our rooms' namespaces.
STAGES = (
    ("inflate", r"deflate|inflate|crc32|adler"),
    ("index", r"index_|StructuralIndex|utf8|IndexScan"),
    ("walk", r"json::|walk|project"),
    ("unwrap", r"cloudtrail::"),
    ("match", r"match::|re2::|pattern::|sigma::"),
    ("judge and count", r"triage::|scan::|engine::|base::|XXH"),
    ("write", r"report::|fmt::"),
    ("memory", r"malloc|free|memcpy|memmove|memset|memcmp|operator new"),
)


def where_time_goes(folder):
    """Shares of CPU time by stage, sampled by perf: (stage, share) pairs, or why there are none."""
    if not shutil.which("perf"):
        return [], "perf is not installed"
    data = CACHE / "perf.data"
    record = subprocess.run(
        ["perf", "record", "-q", "-F", "997", "-o", data, "--", *scan(folder, 1)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    report = subprocess.run(
        ["perf", "report", "-i", data, "--stdio", "-q", "--no-children", "--sort", "symbol",
         "--percent-limit", "0.05"], capture_output=True, text=True, check=False)
    shares = {}
    line = re.compile(r"^\s*([\d.]+)%\s+\[(.)\]\s+(.*)$", re.M)
    for percent, where, symbol in line.findall(report.stdout):
        stage = "read (kernel)" if where == "k" else next(
            (name for name, names in STAGES if re.search(names, symbol)), "other")
        shares[stage] = shares.get(stage, 0) + float(percent)
    if not shares:
        return [], "perf gave no samples: " + (record.stderr.strip().splitlines() or ["?"])[-1]
    return sorted(shares.items(), key=lambda pair: -pair[1]), ""


def profile(corpus):
    table = Table("where the time goes: scan, one thread, built-in rules",
                  ("layout", "stage", "share of CPU"))
    for layout in LAYOUTS:
        say(f"profile: {layout}")
        shares, why_not = where_time_goes(corpus.folder(layout))
        for stage, share in shares:
            table.row(layout, stage, f"{share:.1f} %")
        if why_not:
            table.note(f"{layout}: no profile: {why_not}.")
    say()
    return table


def own_stats(corpus):
    """What `scan --stats` itself says, as it says it."""
    texts = []
    for layout in LAYOUTS:
        done = subprocess.run(scan(corpus.folder(layout), 1, "--stats"), check=True, text=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        texts.append(f"{LAYOUTS[layout]}\n{done.stderr.rstrip()}")
    return "\n\n".join(texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5, help="rounds that count (default 5)")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    corpus = Corpus(options.events)
    bench = Bench(corpus, options.repeats)
    figures = corpus.figures
    head = (f"{datetime.date.today()}, commit {commit()}, {machine()}\n"
            f"corpus: {corpus.events:,} events, {figures['files']:,} gzip files of "
            f"{figures['gzip_bytes'] / 1e6:,.0f} MB, {figures['json_bytes'] / 1e6:,.0f} MB as "
            f"NDJSON; medians of {options.repeats} interleaved runs, page cache warm")
    print(head, flush=True)
    tables = []
    for make in (lambda: bench.speed("s3"), lambda: bench.speed("ndjson"), bench.objects,
                 bench.rules, bench.question, lambda: profile(corpus)):
        tables.append(make())
        print("\n" + tables[-1].text(), flush=True)
    stats = own_stats(corpus)
    print(f"\nwhat scan --stats says, one thread\n\n{stats}")
    write_results(head, bench.results, tables, stats)


def write_results(head, results, tables, stats):
    folder = BENCH / "results"
    folder.mkdir(exist_ok=True)
    stem = datetime.datetime.now().strftime("%Y%m%dT%H%M%S")
    (folder / f"{stem}.json").write_text(json.dumps({"head": head, "figures": results}, indent=1))
    blocks = [head.replace("\n", "; ")] + [t.markdown() for t in tables]
    blocks.append(f"```\n{stats}\n```")
    (folder / f"{stem}.md").write_text("\n\n".join(blocks) + "\n")
    print(f"\nresults: {folder / stem}.json, .md", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        say()
        sys.exit(f"bench: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
