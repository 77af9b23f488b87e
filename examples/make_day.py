#!/usr/bin/env python3
"""Makes the sample: one working day of Lindgren Optics' AWS account, with one attack in it.

    examples/day/AWSLogs/...     the logs, as CloudTrail lays them down
    examples/truth.json          which records are the attack, and what each does

The same bytes every time. The story is told in README.md; it is written in story/.
"""

import argparse
import json
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "bench")]

from corpus.ids import Ids  # noqa: E402  (found by the line above)
from story import attack, changes, company, routine  # noqa: E402
from story.day import Day  # noqa: E402


def make_day(out):
    """Writes `out`/day and `out`/truth.json; returns the number of records."""
    day = Day(company.make_account(Ids("lindgren/account")))
    routine.tell(day)
    changes.tell(day)
    events = attack.tell(day)
    shutil.rmtree(out / "day", ignore_errors=True)
    records = day.write(out / "day")
    truth = {"records": records, "account": company.ACCOUNT,
             "principals": sorted({attack.STOLEN_USER, attack.BACKDOOR_USER}),
             "addresses": [attack.FIRST_ADDRESS, attack.SECOND_ADDRESS], "events": events}
    (out / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    return records


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=HERE,
                        help="folder to write day/ and truth.json into (default: where this is)")
    print(make_day(parser.parse_args().out), "records")


if __name__ == "__main__":
    main()
