#!/usr/bin/env python3
"""Writes a large, deterministic CloudTrail corpus, as CloudTrail lays it down and as NDJSON.

    OUT/s3/AWSLogs/<account>/CloudTrail/<region>/YYYY/MM/DD/....json.gz
    OUT/ndjson/<account>/part-0000.ndjson     the same records, one a line
    OUT/corpus.json                 how many records, files and bytes

One account-day is one part of the work. Parts are made in parallel, and one that is complete is not
made again, so that a run that was stopped goes on where it was. Same options, same bytes.
"""

import argparse
import calendar
import concurrent.futures
import json
import pathlib
import sys

from corpus.activity import AccountDay
from corpus.ids import Ids
from corpus.log_files import write_log_file
from corpus.organisation import Organisation

FIRST_DAY = calendar.timegm((2026, 1, 5, 0, 0, 0))  # A Monday.
DAYS, ACCOUNTS, PRINCIPALS = 7, 5, 200
REGIONS = {"us-east-1": 6, "eu-west-1": 3, "us-west-2": 1.2, "ap-southeast-1": 0.5}
RECORDS_A_FILE_MIN = 25
DAY_S = 86400


def make_part(out, seed, part, events):
    """Makes one account-day and returns its figures; or reads them, if it is already there."""
    done = out / "parts" / f"{part:04d}.json"
    if done.exists():
        return json.loads(done.read_text())
    day, account_index = divmod(part, ACCOUNTS)
    organisation = Organisation(Ids(seed), ACCOUNTS, PRINCIPALS)
    account = organisation.accounts[account_index]
    maker = AccountDay(organisation, account_index, f"{seed}/{part}")
    names = Ids(f"{seed}/{part}/names")
    figures = {"account": account.id, "events": 0, "files": 0, "json_bytes": 0, "gzip_bytes": 0}
    lines_folder = out / "ndjson" / account.id
    lines_folder.mkdir(exist_ok=True)
    with open(lines_folder / f"part-{part:04d}.ndjson", "w", encoding="utf-8") as ndjson:
        for begin, length_s, region, count in windows(day, events):
            records = maker.window(region, begin, length_s, count)
            figures["gzip_bytes"] += write_log_file(
                out / "s3", account.id, region, begin + length_s, records, names, level=4)
            lines = "\n".join(records) + "\n"
            ndjson.write(lines)
            figures["events"] += count
            figures["files"] += 1
            figures["json_bytes"] += len(lines)
    done.write_text(json.dumps(figures))
    return figures


def windows(day, events):
    """Shares a day's events out over time and regions: (begin, length, region, count)."""
    length_s = 900
    while length_s < DAY_S and events * length_s < RECORDS_A_FILE_MIN * DAY_S * len(REGIONS):
        length_s *= 2
    length_s = min(length_s, DAY_S)
    begins = range(FIRST_DAY + day * DAY_S, FIRST_DAY + (day + 1) * DAY_S, length_s)
    slots = [(begin, region, weight) for begin in begins for region, weight in REGIONS.items()]
    total, owed, given = sum(weight for _, _, weight in slots), 0.0, 0
    for begin, region, weight in slots:
        owed += events * weight / total
        count = round(owed) - given
        given += count
        if count:
            yield begin, min(length_s, begins.stop - begin), region, count


def make_corpus(out, events, seed, jobs, progress=None):
    """Makes or completes the corpus in the folder `out`; returns its figures."""
    summary = out / "corpus.json"
    if summary.exists():
        return json.loads(summary.read_text())
    for name in ("s3", "ndjson", "parts"):
        (out / name).mkdir(parents=True, exist_ok=True)
    parts = DAYS * ACCOUNTS
    shares = [events * (i + 1) // parts - events * i // parts for i in range(parts)]
    totals = {"events": 0, "files": 0, "json_bytes": 0, "gzip_bytes": 0, "by_account": {}}
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        made = [pool.submit(make_part, out, seed, i, share) for i, share in enumerate(shares)]
        for count, future in enumerate(concurrent.futures.as_completed(made), start=1):
            figures = future.result()
            for key in ("events", "files", "json_bytes", "gzip_bytes"):
                totals[key] += figures[key]
            of_account = totals["by_account"]
            account = figures["account"]
            of_account[account] = of_account.get(account, 0) + figures["events"]
            if progress:
                progress(count, parts)
    summary.write_text(json.dumps(totals))
    return totals


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path, help="folder to write")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    options = parser.parse_args()
    figures = make_corpus(options.out, options.events, options.seed, options.jobs)
    json.dump(figures, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
