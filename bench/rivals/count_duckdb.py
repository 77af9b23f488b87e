#!/usr/bin/env python3
"""Counts with DuckDB and typed columns: count_duckdb.py s3|ndjson FOLDER THREADS."""

import sys

import duckdb
import question

FIELDS = "{eventName: 'VARCHAR', sourceIPAddress: 'VARCHAR'}"
S3 = """
  SELECT unnest(Records, recursive := true)
  FROM read_json($files, format = 'unstructured', maximum_object_size = 67108864,
                 columns = {Records: 'STRUCT(eventName VARCHAR, sourceIPAddress VARCHAR)[]'})"""
NDJSON = f"SELECT * FROM read_json($files, format = 'newline_delimited', columns = {FIELDS})"

layout, folder, threads = sys.argv[1:4]
database = duckdb.connect(config={"threads": int(threads)})
files = question.files_below(folder, ".json.gz" if layout == "s3" else ".ndjson")
(count,) = database.execute(
    f"""SELECT count(*) FROM ({S3 if layout == "s3" else NDJSON})
        WHERE list_contains($names, eventName) AND NOT starts_with(sourceIPAddress, $inside)""",
    {"files": files, "names": question.names(), "inside": question.INSIDE}).fetchone()
print(count)
