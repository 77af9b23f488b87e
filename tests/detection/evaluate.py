#!/usr/bin/env python3
"""How much of what attackers really did is found, and how much else is flagged, as Markdown.

    tests/detection/evaluate.py [DATA]      DATA: the labelled sets (default: ../shared/data)

Runs `trailwarden scan --format jsonl --all` on each labelled set and on examples/day. A technique
is found when at least one of its own events is flagged; "with its case" when one lies in a case
that is flagged. Flagged is dangerous, or dangerous or uncertain: both are told.
"""

import collections
import dataclasses
import gzip
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = ROOT / "build" / "release" / "bin" / "trailwarden"
ACCOUNTING = re.compile(
    r"read (\d+) = judged (\d+) \+ filtered (\d+) \+ repeated (\d+) \+ skipped (\d+)")
VERDICTS = ("safe", "uncertain", "dangerous")  # From the mildest up; their ranks are 0, 1, 2.


@dataclasses.dataclass
class LabelledSet:
    name: str
    path: pathlib.Path
    techniques: list  # (name, set of event ids); one name may occur several times.
    benign: set  # Event ids of what is known to be ordinary.
    single_calls: bool = False  # Weak labels: attackers make such calls, but others do, too.


def stratus(data):
    labels = json.loads((data / "stratus/labels.json").read_text())
    return LabelledSet(
        "stratus", data / "stratus",
        [(x["technique"], set(x["attack_event_ids"])) for x in labels.values()],
        {i for x in labels.values() for i in x["support_event_ids"]})


def invictus(data):
    labels = json.loads((data / "invictus/labels.json").read_text())
    ordinary = ("warmup_event_ids", "terraform_other_event_ids", "tool_preflight_event_ids")
    return LabelledSet(
        "invictus", data / "invictus",
        [(x["technique"], set(x["attack_event_ids"])) for x in labels["attacks"]],
        {i for key in ordinary for i in labels[key]})


def otrf(data):
    name = "ec2_proxy_s3_exfiltration_2020-09-14011940.ndjson.gz"
    label = json.loads((data / "otrf/labels.json").read_text())[name]
    attack = set(label["attack_event_ids"])
    with gzip.open(data / "otrf" / name) as lines:
        everything = {json.loads(line)["eventID"] for line in lines}
    return LabelledSet("otrf", data / "otrf",
                       [("stolen instance keys used to read S3", attack)], everything - attack)


def traildiscover(data):
    labels = json.loads((data / "traildiscover/labels.json").read_text())
    return LabelledSet("traildiscover", data / "traildiscover",
                       [(f"{x['eventSource']}:{x['eventName']}", {i}) for i, x in labels.items()],
                       set(), single_calls=True)


def ordinary_services(data):
    """Real, and benign throughout."""
    name = "opensearch-catalog-service-activity.ndjson.gz"
    with gzip.open(data / "benign-or-mixed" / name) as lines:
        everything = {json.loads(line)["eventID"] for line in lines}
    return LabelledSet("benign: services", data / "benign-or-mixed" / name, [], everything)


def documentation_examples(data):
    return LabelledSet("unlabelled: AWS guides",
                       data / "benign-or-mixed/aws-docs-examples.ndjson", [], set())


def fixtures(data):
    return LabelledSet("unlabelled: fixtures",
                       data / "benign-or-mixed/misc-fixtures.ndjson", [], set())


def sample_day(_data):
    truth = json.loads((ROOT / "examples/truth.json").read_text())
    techniques = collections.defaultdict(set)
    for event in truth["events"]:
        techniques[event["technique"]].add(event["event_id"])
    attack = set().union(*techniques.values())
    everything = set()
    for path in (ROOT / "examples/day").rglob("*.json.gz"):
        with gzip.open(path) as file:
            everything |= {r["eventID"] for r in json.load(file)["Records"]}
    return LabelledSet("examples/day", ROOT / "examples/day", sorted(techniques.items()),
                       everything - attack)


SETS = (stratus, invictus, otrf, traildiscover, ordinary_services, documentation_examples, fixtures,
        sample_day)


@dataclasses.dataclass
class Outcome:
    counts: dict  # read, judged, filtered, repeated, skipped
    own: dict  # Event id -> rank of its own verdict,
    with_case: dict  # and of the worse of its own and its case's.

    def flagged(self, ids, rank):
        """How many of `ids` (None: of all) have exactly this rank of their own."""
        ids = self.own if ids is None else ids
        return sum(self.own.get(i, 0) == rank for i in ids)


def scan(path):
    done = subprocess.run([BINARY, "scan", "--format", "jsonl", "--all", path],
                          capture_output=True, text=True, check=True)
    accounting = ACCOUNTING.search(done.stderr)
    keys = ("read", "judged", "filtered", "repeated", "skipped")
    outcome = Outcome(dict(zip(keys, map(int, accounting.groups()))), {}, {})
    for line in done.stdout.splitlines():
        event = json.loads(line)
        own = VERDICTS.index(event["verdict"])
        case = VERDICTS.index(event.get("case_verdict") or "safe")
        outcome.own[event["event_id"]] = max(own, outcome.own.get(event["event_id"], 0))
        outcome.with_case[event["event_id"]] = max(own, case)
    return outcome


def worst(ids, ranks):
    """The highest rank among the events `ids`."""
    return max(ranks.get(i, 0) for i in ids)


def per_thousand(count, of):
    return f"{1000 * count / of:.1f}" if of else "–"


def table(columns, rows):
    """A Markdown table; all columns but the first hold figures or single words."""
    lines = [columns, ["---"] + ["---:"] * (len(columns) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def found_row(labelled, outcome):
    def found(ranks, least):
        hits = sum(worst(ids, ranks) >= least for _, ids in labelled.techniques)
        return f"{hits}/{len(labelled.techniques)}"

    return [labelled.name, found(outcome.own, 2), found(outcome.own, 1),
            found(outcome.with_case, 2), found(outcome.with_case, 1)]


def noise_row(labelled, outcome):
    judged, benign = outcome.counts["judged"], len(labelled.benign)
    keys = ("read", "judged", "repeated", "skipped")
    return [labelled.name, *(outcome.counts[key] for key in keys),
            per_thousand(outcome.flagged(None, 2), judged),
            per_thousand(outcome.flagged(None, 1), judged), benign or "–",
            per_thousand(outcome.flagged(labelled.benign, 2), benign),
            per_thousand(outcome.flagged(labelled.benign, 1), benign)]


def missed_rows(labelled, outcome):
    """Techniques none of whose own events is dangerous, and how they fared."""
    return [[labelled.name, name, len(ids), VERDICTS[worst(ids, outcome.own)],
             VERDICTS[worst(ids, outcome.with_case)]]
            for name, ids in labelled.techniques if worst(ids, outcome.own) < 2]


def main():
    data = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data"
    sets = [make(data) for make in (SETS if data.is_dir() else (sample_day,))]
    if not data.is_dir():
        print(f"evaluate: no labelled sets at {data}: only the sample is judged", file=sys.stderr)
    judged = [(labelled, scan(labelled.path)) for labelled in sets]
    print("Techniques found, of those labelled:\n")
    print(table(("set", "dangerous", "dangerous or uncertain", "with its case: dangerous",
                 "with its case: dangerous or uncertain"),
                [found_row(*pair) for pair in judged if pair[0].techniques]))
    print("\nRecords, and events flagged of every thousand (an event's own verdict):\n")
    print(table(("set", "read", "judged", "repeated", "skipped", "dangerous", "uncertain",
                 "known benign", "of them dangerous", "of them uncertain"),
                [noise_row(*pair) for pair in judged]))
    print("\nTechniques none of whose own events is dangerous (single calls apart):\n")
    print(table(("set", "technique", "events", "own verdict", "with its case"),
                [row for pair in judged if not pair[0].single_calls for row in missed_rows(*pair)]))


if __name__ == "__main__":
    main()
