"""The committed sample is what examples/make_day.py makes, byte for byte, and its truth is true."""

import gzip
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import zlib

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
DOCUMENTATION_NETWORKS = ("203.0.113.", "198.51.100.", "192.0.2.", "10.")


def files_below(root):
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*.json.gz"))}


def records_of(files):
    return [r for data in files.values() for r in json.loads(gzip.decompress(data))["Records"]]


class TheDay(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.committed = files_below(EXAMPLES / "day")
        cls.records = records_of(cls.committed)
        cls.truth = json.loads((EXAMPLES / "truth.json").read_text())

    def test_is_what_the_generator_makes(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder)
            subprocess.run([sys.executable, EXAMPLES / "make_day.py", "--out", out],
                           check=True, stdout=subprocess.DEVNULL)
            made = files_below(out / "day")
            truth = json.loads((out / "truth.json").read_text())
        self.assertEqual(truth, self.truth)
        self.assertEqual(list(made), list(self.committed))
        for name, data in made.items():
            self.assertEqual(gzip.decompress(data), gzip.decompress(self.committed[name]), name)
            if "ng" not in zlib.ZLIB_RUNTIME_VERSION:  # zlib-ng packs the same text otherwise.
                self.assertEqual(data, self.committed[name], name)

    def test_is_about_five_thousand_distinct_records_of_one_account(self):
        self.assertEqual(len({r["eventID"] for r in self.records}), len(self.records))
        self.assertEqual(len(self.records), self.truth["records"])
        self.assertTrue(4500 <= len(self.records) <= 5500, len(self.records))
        self.assertEqual({r["recipientAccountId"] for r in self.records}, {self.truth["account"]})

    def test_stays_small_enough_to_commit(self):
        self.assertLess(sum(map(len, self.committed.values())), 1_500_000)

    def test_holds_every_event_of_the_attack_once(self):
        by_id = {r["eventID"]: r for r in self.records}
        for event in self.truth["events"]:
            record = by_id[event["event_id"]]
            self.assertEqual(record["eventName"], event["event_name"])
            self.assertEqual(record["eventTime"], event["event_time"])
            self.assertEqual(record.get("errorCode"), event["error_code"])
            self.assertIn(record["sourceIPAddress"], self.truth["addresses"])

    def test_shows_the_attackers_addresses_in_the_attack_only(self):
        theirs = {r["eventID"] for r in self.records
                  if r["sourceIPAddress"] in self.truth["addresses"]}
        self.assertEqual(theirs, {e["event_id"] for e in self.truth["events"]})

    def test_uses_no_address_that_could_be_somebodys(self):
        for address in {r["sourceIPAddress"] for r in self.records}:
            if re.fullmatch(r"[0-9.]+", address):
                self.assertTrue(address.startswith(DOCUMENTATION_NETWORKS), address)
            else:
                self.assertTrue(address.endswith(".amazonaws.com"), address)


if __name__ == "__main__":
    unittest.main()
