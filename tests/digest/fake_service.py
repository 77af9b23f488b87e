"""What the stand-ins of this folder share: an HTTP server that keeps what it was asked."""

import http.server
import json
import re
import threading


class FakeService:
    """`answer(method, path, headers, body)` gives (status, value to be sent as JSON, or bytes)."""

    def __init__(self):
        self.lock = threading.RLock()
        self.words = answer_text  # What a model says to the task of an id.
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with service.lock:
                    status, value = service.answer(self.command, self.path, self.headers, body)
                data = value if isinstance(value, bytes) else json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                if status >= 400 and isinstance(value, dict) and "__type" in value:
                    self.send_header("x-amzn-ErrorType", value["__type"])
                self.end_headers()
                try:
                    self.wfile.write(data)
                except OSError:
                    pass  # The client was killed.

            do_GET = do_POST = handle_any

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Plan:
    """What a stand-in does to the records of its jobs."""

    def __init__(self):
        self.errors = set()  # Ids that end with an error.
        self.missing = set()  # Ids of which the output says nothing.
        self.doubled = set()  # Ids that the output has twice.
        self.extra = []  # Lines that nobody asked for.


def answer_text(task_id):
    return f"the answer to {task_id}"


def task_in(text):
    """The id of the task that a prompt of these tests is; of any other prompt a name."""
    found = re.search("task ([a-z0-9]{11,64})", text)
    return found.group(1) if found else "a prompt"
