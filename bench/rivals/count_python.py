#!/usr/bin/env python3
"""Counts with Python's own gzip and json: count_python.py s3|ndjson FOLDER."""

import gzip
import json
import sys

import question


def records(layout, folder):
    if layout == "s3":
        for path in question.files_below(folder, ".json.gz"):
            with gzip.open(path) as file:
                yield from json.loads(file.read())["Records"]
    else:
        for path in question.files_below(folder, ".ndjson"):
            with open(path, "rb") as file:
                yield from map(json.loads, file)


names = set(question.names())
print(sum(r["eventName"] in names and not r["sourceIPAddress"].startswith(question.INSIDE)
          for r in records(*sys.argv[1:3])))
