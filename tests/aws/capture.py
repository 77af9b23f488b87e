"""A server that keeps what it is sent, and answers what it was told to."""

import contextlib
import dataclasses
import http.server
import threading


@dataclasses.dataclass
class Captured:
    method: str
    target: str
    headers: list
    body: bytes

    def header(self, name):
        values = [value for field, value in self.headers if field.lower() == name.lower()]
        assert len(values) <= 1, f"{name} was sent {len(values)} times"
        return values[0] if values else None


@dataclasses.dataclass
class Answer:
    status: int = 200
    headers: dict = dataclasses.field(default_factory=dict)
    body: bytes = b""


class Capture:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.requests = []
        self.answers = []  # One a request; the last one is given again and again.

    def next_answer(self):
        if not self.answers:
            return Answer()
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_any(self):
        capture = self.server.capture
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        capture.requests.append(
            Captured(self.command, self.path, list(self.headers.items()), body)
        )
        answer = capture.next_answer()
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_any  # noqa: N815

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def capturing():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.capture = Capture(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.capture
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
