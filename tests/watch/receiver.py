"""A webhook's receiving end: keeps what came and when, checks it, and answers by plan."""

import collections
import dataclasses
import hashlib
import hmac
import http.server
import json
import socket
import struct
import threading
import time

SECRET = "the-secret-of-the-webhook"


@dataclasses.dataclass
class Delivered:
    key: str
    notice: dict
    at: float  # time.time()


class Answer:
    """This status; `done`: although the notice was taken."""

    def __init__(self, status, done=False, retry_after=None):
        self.status, self.done, self.retry_after = status, done, retry_after


class Reset:
    """The connection is reset; `done`: the notice was taken, and only the answer is lost."""

    def __init__(self, done=False):
        self.done = done


class Receiver:
    """`plan()` is asked for each request: None takes it and answers 200."""

    def __init__(self, plan=lambda: None):
        self.plan = plan
        self.taken = []  # Delivered, also those whose answer was lost.
        self.answers = collections.Counter()
        self.complaints = []
        self.lock = threading.Lock()

    def __enter__(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # One write an answer: half of one would wait for the other side's word.

            def log_message(self, *_):
                pass

            def do_POST(self):
                at = time.time()
                receiver.answer(self, at, self.rfile.read(int(self.headers["Content-Length"])))

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass  # A client that was killed.

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/alerts"
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def keys(self):
        with self.lock:
            return [one.key for one in self.taken]

    def complain_of(self, headers, body, notice):
        stamp = headers.get("X-Trailwarden-Timestamp", "")
        mac = hmac.new(SECRET.encode(), b"v1:%s:%s" % (stamp.encode(), body), hashlib.sha256)
        if headers.get("X-Trailwarden-Signature") != "v1=" + mac.hexdigest():
            yield "the signature is wrong"
        if not stamp.isdigit() or abs(int(stamp) - time.time()) > 300:
            yield "the timestamp is wrong"
        if headers.get("Idempotency-Key") != notice.get("key") or not notice.get("key"):
            yield "the keys of header and body differ"
        if headers.get("Content-Type") != "application/json":
            yield "it is no JSON"

    def answer(self, request, at, body):
        notice = json.loads(body)
        with self.lock:
            self.complaints += self.complain_of(request.headers, body, notice)
            action = self.plan()
            self.answers[type(action).__name__ + str(getattr(action, "status", ""))] += 1
            if action is None or action.done:
                self.taken.append(Delivered(notice["key"], notice, at))
        if isinstance(action, Reset):
            linger = struct.pack("ii", 1, 0)
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            request.close_connection = True
            return
        request.send_response(200 if action is None else action.status)
        if action is not None and action.retry_after is not None:
            request.send_header("Retry-After", str(action.retry_after))
        request.send_header("Content-Length", "0")
        request.end_headers()
