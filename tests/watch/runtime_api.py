"""Lambda's runtime API as a strict stand-in: the emulator that AWS gives away comes as a container
only. Hands out invocations one at a time, and complains about whatever AWS would refuse.

Source of fact: AWS Lambda Developer Guide, "Using the Lambda runtime API".
"""

import http.server
import json
import queue
import select
import threading
import time
import uuid

VERSION = "/2018-06-01/runtime/"


class Invocation:
    def __init__(self, payload, seconds):
        self.id = str(uuid.uuid4())
        self.payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.deadline = time.time() + seconds
        self.answered = threading.Event()
        self.response = None  # JSON
        self.error = None  # JSON, where the function failed.
        self.error_type = None

    def wait(self, seconds=30):
        assert self.answered.wait(seconds), "the function did not answer"
        return self.response


class RuntimeApi:
    """`address` is AWS_LAMBDA_RUNTIME_API."""

    def __init__(self):
        self.waiting = queue.Queue()
        self.open = {}
        self.init_error = None
        self.first_next = None  # time.monotonic() of the first call: the function is ready.
        self.complaints = []
        self.is_over = False

    def invoke(self, payload, seconds=30):
        invocation = Invocation(payload, seconds)
        self.waiting.put(invocation)
        return invocation

    def __enter__(self):
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def log_message(self, *_):
                pass

            def do_GET(self):
                if self.path != VERSION + "invocation/next":
                    return self.refuse(f"no such call: GET {self.path}")
                if api.open:
                    return self.refuse("next is asked for before the last one was answered")
                api.first_next = api.first_next or time.monotonic()
                invocation = self.next_invocation()
                if invocation is None:
                    self.close_connection = True
                    return None
                api.open[invocation.id] = invocation
                return self.answer(
                    200,
                    invocation.payload,
                    {
                        "Lambda-Runtime-Aws-Request-Id": invocation.id,
                        "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
                        "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:1:function:f",
                        "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
                    },
                )

            def next_invocation(self):
                """None: the function is gone, or the test is over."""
                while not api.is_over and not self.is_gone():
                    try:
                        taken = api.waiting.get(timeout=0.02)
                    except queue.Empty:
                        continue
                    if not self.is_gone():
                        return taken
                    api.waiting.put(taken)
                return None

            def is_gone(self):
                return bool(select.select([self.connection], [], [], 0)[0])

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == VERSION + "init/error":
                    api.init_error = self.error_of(body)
                    return self.answer(202, b'{"status":"OK"}')
                parts = self.path.removeprefix(VERSION).split("/")
                if len(parts) != 3 or parts[0] != "invocation" or parts[1] not in api.open:
                    return self.refuse(f"no such call: POST {self.path}")
                invocation = api.open[parts[1]]
                if len(body) > 6 << 20:
                    return self.answer(413, b"{}")
                if parts[2] == "response":
                    invocation.response = json.loads(body)
                else:
                    invocation.error = self.error_of(body)
                    invocation.error_type = self.headers["Lambda-Runtime-Function-Error-Type"]
                del api.open[parts[1]]
                self.answer(202, b'{"status":"OK"}')
                invocation.answered.set()
                return None

            def error_of(self, body):
                error = json.loads(body)
                if set(error) != {"errorMessage", "errorType", "stackTrace"}:
                    api.complaints.append(f"not the form of an error: {error}")
                category, _, reason = error["errorType"].partition(".")
                if not category or not reason:
                    api.complaints.append(f"no Category.Reason: {error}")
                if self.headers["Lambda-Runtime-Function-Error-Type"] != error["errorType"]:
                    api.complaints.append("header and body name different types")
                return error

            def refuse(self, why):
                api.complaints.append(why)
                return self.answer(403, json.dumps({"errorMessage": why}).encode())

            def answer(self, status, body, headers=()):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                for name, value in dict(headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.is_over = True
        self.server.shutdown()
        self.server.server_close()
