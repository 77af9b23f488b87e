"""digest --by user of real logs with labels: the page names those who attacked.

Needs the data that lies beside the project; without it these tests are skipped.
"""

import gzip
import html
import json
import pathlib

import pytest

from conftest import ROOT

DATA = ROOT.parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="no labelled logs beside the project")


def records_of(path):
    raw = path.read_bytes()
    text = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return whole["Records"] if isinstance(whole, dict) else whole


def labels_of(folder):
    path = DATA / folder / "labels.json"
    return json.loads(path.read_text()) if path.is_file() else {}


def name_of(record):
    """A user's own name, or that of the role whose session it is."""
    identity = record["userIdentity"]
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    return identity.get("userName") or issuer.get("userName")


def attackers(records, event_ids):
    return {name_of(record) for record in records if record.get("eventID") in set(event_ids)}


def notable_actors(run, path):
    page = run("digest", path, "--by", "user", "--format", "markdown")
    assert page.returncode == 0, page.stderr
    section = page.stdout.split("## Notable actors")[1].split("\n## ")[0]
    plain = html.unescape(section).replace("\\", "")
    return [line for line in plain.splitlines() if line.startswith("- ")]


def is_named(name, actors):
    return any(f" {name}: " in line for line in actors)


@pytest.mark.parametrize("file", labels_of("stratus"))
def test_one_technique(run, file):
    path = DATA / "stratus" / file
    names = attackers(records_of(path), labels_of("stratus")[file]["attack_event_ids"])
    actors = notable_actors(run, path)
    assert any(is_named(name, actors) for name in names), (names, actors)


def test_a_day_of_many_techniques(run):
    files = [path for path in (DATA / "invictus").rglob("*.json*") if path.name != "labels.json"]
    records = [record for path in files for record in records_of(path)]
    actors = notable_actors(run, DATA / "invictus")
    attacks = labels_of("invictus")["attacks"]
    assert len(attacks) > 20
    for attack in attacks:
        names = attackers(records, attack["attack_event_ids"])
        assert any(is_named(name, actors) for name in names), (attack["technique"], names, actors)
    assert "dangerous" in actors[0]
    assert is_named("bert-jan", actors[:1])


def test_stolen_keys_of_an_instance(run):
    (file, label), *_ = ((f, at) for f, at in labels_of("otrf").items() if "ndjson" in f)
    role = label["attack_principal"].split()[1].split("/")[0]
    actors = notable_actors(run, DATA / "otrf" / pathlib.Path(file))
    assert is_named(role, actors[:1]), actors
