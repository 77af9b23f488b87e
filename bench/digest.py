#!/usr/bin/env python3
"""What a digest by a language model costs, and how long its last step takes.

    bench/digest.py                          # tokens and dollars, then the reduction
    bench/digest.py --binary build/release/bin/trailwarden

Tokens: 20,000 made events with the bundled day's attack in them, sent raw, ten in a prompt, and their
2,000 answers joined by one more round of prompts, as recipes of batch inference do; beside it what
`digest` sends for the same events. Tokens as in tokens.py. Dollars are list prices of Claude Haiku
4.5, of calls: a batch job halves both.

Reduction: events whose portions give some 2,000 summaries; a stand-in for a model takes 4 seconds to
join summaries. The time from the first such question to the last answer, beside the sum of what the
answers took, which is what asking one after the other costs.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

from tokens import MADE, PRICE_IN, PRICE_OUT, ROOT, Tokenizer, make_events, records_of

sys.path.insert(0, str(ROOT / "tests/model"))

from fake_model import FakeModel, anthropic_reply  # noqa: E402

# What a recipe says to ten events, and to the answers; how long an answer is.
RAW_PROMPT = (
    "You are a cloud security analyst. Below are ten AWS CloudTrail events. Summarise what happened, "
    "who did it and from where, and point out anything that looks suspicious, in one paragraph.\n\n")
RAW_ANSWER = (
    "The role orders-api-role read items of the table orders and decrypted with the key of the same "
    "name several times from within the VPC, which is ordinary. The IAM user jenkins-deploy listed "
    "users and was denied, then created a new default version of the policy JenkinsDeploy, which "
    "allows every action on every resource. This is privilege escalation and should be looked at: "
    "confirm the change with the owner of the pipeline and revert it if nobody asked for it.")
EVENTS_IN_A_PROMPT = 10
POINT = {"text": "The role orders-api-role read items of the table orders as it does every day, from "
                 "the same two addresses and with the same tool.", "events": ["e1", "e2"]}
SUMMARY = {"matters": [POINT] * 2, "actors": [POINT] * 2, "routine": [POINT] * 3, "todo": [POINT] * 2}
JOIN_SECONDS = 4.0
SUMMARIES = 2_000


def reply(value):
    return 200, {}, anthropic_reply({}, content=[{"type": "text", "text": json.dumps(value)}],
                                    stop_reason="end_turn")


def digest(binary, folder, fake, *arguments):
    with tempfile.TemporaryDirectory() as state:
        done = subprocess.run(
            [binary, "digest", folder, "--analyst", "anthropic", "--model", "claude-haiku-4-5",
             "--engine", "direct", "--max-cost", "1000", *arguments],
            capture_output=True, text=True, check=True,
            env={**os.environ, "ANTHROPIC_BASE_URL": fake.url, "ANTHROPIC_API_KEY": "none",
                 "XDG_STATE_HOME": state})
    return done.stdout


def dollars(tokens_in, tokens_out):
    return (tokens_in * PRICE_IN + tokens_out * PRICE_OUT) / 1e6


def show_tokens(binary, folder):
    truth = json.loads((ROOT / "examples/truth.json").read_text())
    ids = {event["event_id"] for event in truth["events"]}
    attack = [record for record in records_of(ROOT / "examples/day") if record["eventID"] in ids]
    made, records = make_events(folder, attack)
    with Tokenizer() as tokenizer:
        prompts = -(-len(records) // EVENTS_IN_A_PROMPT)
        sample = records[::10]
        raw_in = sum(tokenizer.count("\n".join(json.dumps(record, separators=(",", ":"))
                                               for record in sample[begin:begin + 50]))
                     for begin in range(0, len(sample), 50)) * len(records) // len(sample)
        answer = tokenizer.count(RAW_ANSWER)
        raw_in += tokenizer.count(RAW_PROMPT) * prompts + answer * prompts
        raw_out = answer * prompts + answer
        fake = FakeModel(lambda asked, number: reply(SUMMARY))
        digest(binary, made, fake)
        fake.close()
        our_in = sum(tokenizer.count(each.body["system"][0]["text"] + each.question)
                     for each in fake.asked)
        our_out = tokenizer.count(json.dumps(SUMMARY)) * len(fake.asked)
        # The worst of models: it says nothing of the attack.
        silent = FakeModel(lambda asked, number: reply({"matters": []}))
        page = digest(binary, made, silent)
        silent.close()
    lost = [name for name in truth["principals"] if name not in page]
    raw, ours = dollars(raw_in, raw_out), dollars(our_in, our_out)
    print(f"Tokens by {tokenizer.name}; {MADE:,} made events.\n")
    print("| way | prompts | tokens in | tokens out | dollars | |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    print(f"| ten raw events a prompt, answers joined | {prompts + 1:,} | {raw_in:,} | {raw_out:,} "
          f"| ${raw:.2f} | |")
    print(f"| digest | {len(fake.asked)} | {our_in:,} | {our_out:,} | ${ours:.3f} "
          f"| 1/{raw_in // our_in:,} of the tokens in; {len(lost)} of {len(truth['principals'])} "
          f"attacking identities lost |\n")


def many_portions(folder):
    """Calls with long names and errors: some 50 of them fill a portion."""
    path = folder / "many.ndjson"
    with path.open("w") as file:
        for number in range(52 * SUMMARIES):
            user = f"user-{number // 52}"
            file.write(json.dumps({
                "eventVersion": "1.10", "eventID": f"{number:08}-0000-4000-8000-000000000000",
                "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::111122223333:user/{user}",
                                 "accountId": "111122223333", "userName": user},
                "eventTime": "2026-03-11T08:00:00Z", "eventSource": "s3.amazonaws.com",
                "eventName": f"GetSomething{number:086}", "errorCode": f"SomeError{number:089}",
                "awsRegion": "eu-north-1", "sourceIPAddress": "203.0.113.5", "userAgent": "tool/1.0",
                "recipientAccountId": "111122223333"}) + "\n")
    return path


def show_reduction(binary, folder):
    lock = threading.Lock()
    took = []  # Begin and end of each answer that joins.

    def answer(asked, _):
        if "Summaries of" not in asked.question:
            return reply(SUMMARY)
        begin = time.monotonic()
        time.sleep(JOIN_SECONDS)
        with lock:
            took.append((begin, time.monotonic()))
        return reply(SUMMARY)

    fake = FakeModel(answer)
    digest(binary, many_portions(folder), fake, "--max-events", "10000000")
    fake.close()
    leaves = sum("Lines of" in each.question for each in fake.asked)
    wall = max(end for _, end in took) - min(begin for begin, _ in took)
    alone = sum(end - begin for begin, end in took)
    print(f"Reduction: {leaves:,} summaries joined by {len(took)} prompts of {JOIN_SECONDS:g} s: "
          f"{wall:.1f} s, one after the other {alone:.0f} s: {alone / wall:.1f} times as fast.")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path,
                        default=ROOT / "build/release/bin/trailwarden")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        show_tokens(options.binary, pathlib.Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        show_reduction(options.binary, pathlib.Path(folder))


if __name__ == "__main__":
    main()
