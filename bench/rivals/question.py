"""The question that every tool of the comparison answers: read from pattern37.json, asked once."""

import json
import pathlib

PATTERN = pathlib.Path(__file__).resolve().parents[1] / "pattern37.json"
INSIDE = "10."  # How addresses of 10.0.0.0/8 begin.


def names():
    """The 37 names; the events counted are those of them that come from outside 10.0.0.0/8."""
    detail = json.loads(PATTERN.read_text())["detail"]
    assert detail["sourceIPAddress"] == [{"anything-but": {"prefix": INSIDE}}]
    assert len(set(detail["eventName"])) == 37
    return detail["eventName"]


def files_below(folder, suffix):
    return sorted(str(path) for path in pathlib.Path(folder).rglob("*" + suffix))
