"""The generator behind the bench: same options, same bytes, however often it was interrupted."""

import gzip
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))

from make_corpus import make_corpus  # noqa: E402  (found by the line above)
from make_rules import make_rules  # noqa: E402

EVENTS = 700


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*")
            if p.is_file() and p.name != "corpus.json"}


class TheCorpus(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls._folder.name)
        cls.figures = make_corpus(cls.root / "first", EVENTS, seed=1, jobs=1)

    @classmethod
    def tearDownClass(cls):
        cls._folder.cleanup()

    def test_is_the_same_for_any_number_of_processes(self):
        make_corpus(self.root / "second", EVENTS, seed=1, jobs=2)
        self.assertEqual(contents(self.root / "first"), contents(self.root / "second"))

    def test_goes_on_where_it_was_stopped(self):
        stopped = self.root / "stopped"
        make_corpus(stopped, EVENTS, seed=1, jobs=1)
        (stopped / "corpus.json").unlink()
        (stopped / "parts" / "0003.json").unlink()
        part = next(stopped.rglob("part-0003.ndjson"))
        part.write_bytes(part.read_bytes()[:100])
        whole = next(stopped.rglob("part-0004.ndjson"))
        untouched = whole.stat().st_mtime_ns
        self.assertEqual(make_corpus(stopped, EVENTS, seed=1, jobs=1), self.figures)
        self.assertEqual(contents(self.root / "first"), contents(stopped))
        self.assertEqual(whole.stat().st_mtime_ns, untouched)

    def test_differs_with_the_seed(self):
        make_corpus(self.root / "other", EVENTS, seed=2, jobs=1)
        self.assertNotEqual(contents(self.root / "first"), contents(self.root / "other"))

    def test_holds_the_same_records_in_both_layouts(self):
        first = self.root / "first"
        packed = [r for p in first.rglob("*.json.gz")
                  for r in json.loads(gzip.decompress(p.read_bytes()))["Records"]]
        lines = [json.loads(line) for p in first.rglob("*.ndjson") for line in p.open()]
        by_id = {r["eventID"]: r for r in lines}
        self.assertEqual(len(by_id), EVENTS)
        self.assertEqual({r["eventID"]: r for r in packed}, by_id)
        self.assertEqual(self.figures["events"], EVENTS)
        self.assertEqual(self.figures["files"], sum(1 for _ in first.rglob("*.json.gz")))


class TheRules(unittest.TestCase):
    def test_of_a_smaller_count_are_the_first_of_a_larger_one_and_all_differ(self):
        with tempfile.TemporaryDirectory() as folder:
            few, many = pathlib.Path(folder, "few"), pathlib.Path(folder, "many")
            make_rules(60, few)
            make_rules(600, many)
            texts = contents(many)
            self.assertEqual(len(texts), 600)
            self.assertLessEqual(contents(few).items(), texts.items())
            conditions = {text.partition(b"detection:")[2] for text in texts.values()}
            self.assertEqual(len(conditions), 600)


if __name__ == "__main__":
    unittest.main()
