"""What holds for the whole tree: layers, banned calls, READMEs, links."""

import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
ROOMS = sorted(path.name for path in SRC.iterdir() if path.is_dir())


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "--", *patterns], cwd=ROOT, check=True,
                            capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def uses():
    """Room -> the rooms that its target links, as the CMake files draw it."""
    drawn = {}
    for room in ROOMS:
        text = (SRC / room / "CMakeLists.txt").read_text()
        named = re.search(r"USES ([a-z_ ]+)", text)
        linked = set(named.group(1).split()) if named else set()
        drawn[room] = linked | {name for name in re.findall(r"room_([a-z_]+)", text) if name != room}
    return drawn


def below(room, drawn, seen=None):
    """All rooms that `room` may include from: what it uses, and what that uses."""
    seen = set() if seen is None else seen
    for used in drawn[room]:
        if used not in seen:
            seen.add(used)
            below(used, drawn, seen)
    return seen


def test_the_drawing_has_no_cycles():
    drawn = uses()
    for room in ROOMS:
        assert room not in below(room, drawn), room


@pytest.mark.parametrize("room", ROOMS)
def test_includes_point_down(room):
    allowed = below(room, uses()) | {room, "base"}
    for path in tracked(f"src/{room}/*.h", f"src/{room}/*.cpp"):
        for included in re.findall(r'#include "([a-z_]+)/', path.read_text()):
            assert included in allowed, f"{path} includes {included}/, which is not below {room}/"


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_short_readme(room):
    readme = SRC / room / "README.md"
    assert readme.is_file(), f"src/{room}/README.md is missing"
    assert room in (SRC / "README.md").read_text()


BANNED = {
    r"\bstd::regex\b": "RE2: std::regex is 350 times slower and recurses",
    r"\bstd::format\b": "g++ 12 has none",
    r"#include <iostream>": "static initialisers; write_out() and complain() in cli/",
    r"\b(strcpy|strcat|sprintf|gets)\s*\(": "the bounded forms",
    r"\brand\s*\(\)": "a seeded engine",
    r"using namespace std": "names say where they come from",
    r"\b(TODO|FIXME|XXX)\b": "finish it, or write it down in an issue",
}


def test_banned_calls():
    for path in tracked("src/*.h", "src/*.cpp"):
        text = path.read_text()
        for pattern, instead in BANNED.items():
            assert not re.search(pattern, text), f"{path}: {pattern}: {instead}"


def test_only_cli_prints():
    for path in tracked("src/*.cpp"):
        if path.parent.name != "cli":
            found = re.search(r"\bstd::(cout|cerr)\b|\bf?printf\s*\(|\bputs\s*\(", path.read_text())
            assert not found, f"{path} prints"


def test_headers_are_guarded():
    for path in tracked("src/*.h"):
        assert "#pragma once" in path.read_text(), path


def test_links_in_documents_lead_somewhere():
    for path in tracked("*.md"):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text()):
            if not re.match(r"[a-z]+:", target):
                assert (path.parent / target).exists(), f"{path} links to {target}"


def test_no_machine_paths():
    for path in tracked():
        if path.suffix in (".png", ".gz", ".bin") or "corpus" in path.parts:
            continue
        text = path.read_text(errors="replace")
        for place in (ROOT, ROOT.parent / "shared"):
            assert f"{place}/" not in text, f"{path} names {place}"
