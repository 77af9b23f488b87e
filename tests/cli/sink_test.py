"""`trailwarden sink test`: whether alerts would arrive."""

import http.server
import json
import threading

import pytest


@pytest.fixture
def receiver():
    """A webhook that answers what `receiver.status` says, and keeps what it got."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_POST(self):
            server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(server.status)
            self.end_headers()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.status, server.got = 200, []
    server.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_each_sink_gets_a_test_message_and_a_line(run, receiver, tmp_path):
    path = tmp_path / "alerts.jsonl"
    result = run("sink", "test", f"jsonl:{path},min=dangerous", f"webhook:{receiver.url}")
    assert result.returncode == 0, result.stderr
    first, second = result.stdout.splitlines()
    assert first == f"jsonl:{path}  sent"
    assert second.startswith("webhook:http://127.0.0.1") and second.endswith("  sent")
    assert json.loads(path.read_text())["kind"] == receiver.got[0]["kind"] == "test"


def test_the_sinks_of_the_configuration_are_tried(run, receiver, tmp_path):
    (tmp_path / "trailwarden.yaml").write_text(f"sink:\n  - jsonl:one\n  - webhook:{receiver.url}\n")
    result = run("sink", "test")
    assert result.returncode == 0 and len(result.stdout.splitlines()) == 2


def test_what_did_not_arrive_is_told_and_the_others_are_tried(run, receiver):
    receiver.status = 403
    result = run("sink", "test", f"webhook:{receiver.url}", "webhook:http://127.0.0.1:1", "jsonl:a")
    assert result.returncode == 1
    refused, postponed, sent = result.stdout.splitlines()
    assert "  refused: HTTP 403" in refused and "  not now: " in postponed
    assert sent == "jsonl:a  sent"


@pytest.mark.parametrize("arguments,said", [
    ([], "no sink is named"), (["slack:C0123456789"], "SLACK_BOT_TOKEN"),
    (["smoke:signal"], "is no sink"), (["jsonl:a,min=grave"], "min=")])  # fmt: skip
def test_wrong_usage_is_one_line_and_2(run, arguments, said):
    result = run("sink", "test", *arguments)
    assert result.returncode == 2 and said in result.stderr
    assert len(result.stderr.splitlines()) == 1 and result.stdout == ""
