"""Slack as far as Trailwarden uses it, stricter than Slack.

    with FakeSlack() as slack:
        slack.plan = [Refuse("channel_not_found")]      # the next calls, one each
        …
        assert slack.messages("C0ALERTS001") == […] and slack.complaints == []

What it is sent is checked (token, content type, arguments, block limits); what is wrong with it is
answered as Slack answers, and kept in `complaints`.
"""

import http.server
import json
import threading
import time
import urllib.parse

import block_rules

TOKEN = "xoxb-2345-fake-Token"
HOOK = "/services/T0001/B0001/hook-Secret"
HISTORY_PAGE = 15  # Small, so that pages are followed.


class Refuse:
    """ok: false, and nothing is done."""

    def __init__(self, error, status=200, **more):
        self.status, self.body, self.headers = status, {"ok": False, "error": error, **more}, {}


class TooMany(Refuse):
    def __init__(self, seconds):
        super().__init__("ratelimited", 429)
        self.headers = {"Retry-After": str(seconds)}


class Broken(Refuse):
    """A server or something before it fails; `done`: only after the work."""

    def __init__(self, status, body=b"<html>upstream</html>", done=False):
        self.status, self.body, self.headers, self.done = status, body, {}, done


class FakeSlack:
    def __init__(self, scopes=("chat:write", "channels:history")):
        self.scopes = set(scopes)
        self.channels = {"C0ALERTS001": "alerts", "C0QUIET0001": "quiet"}
        self.posted = []  # Messages as dicts with "channel" and "ts", in order.
        self.hooked = []  # Bodies that the webhook took.
        self.updates = 0
        self.calls = []  # (method, body) of everything that came.
        self.complaints = []
        self.plan = []
        self.token = TOKEN
        self.lock = threading.Lock()
        self.clock = 0

    def __enter__(self):
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # One write an answer: half of one would wait for the other side's word.

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fake.answer(self, body)

            do_GET = do_POST

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    # What tests ask.

    def messages(self, channel="C0ALERTS001", thread=None):
        return [m for m in self.posted if m["channel"] == channel and m.get("thread_ts") == thread]

    def keys(self):
        """The key of every message: each stands there once if nothing was sent twice."""
        return [m["metadata"]["event_payload"]["key"] for m in self.posted]

    # What the product asks.

    def answer(self, request, raw):
        url = urllib.parse.urlsplit(request.path)
        method = url.path.rpartition("/")[2]
        with self.lock:
            planned = self.plan.pop(0) if self.plan else None
            done = None
            if planned is None or getattr(planned, "done", False):
                done = self.act(request, url, method, raw)
            else:
                self.calls.append((method, raw))
        status, body, headers = done or (planned.status, planned.body, planned.headers)
        if planned is not None:
            status, body, headers = planned.status, planned.body, planned.headers
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def complain(self, error, why):
        self.complaints.append(f"{error}: {why}")
        return {"ok": False, "error": error, "response_metadata": {"messages": [f"[ERROR] {why}"]}}

    def act(self, request, url, method, raw):
        if url.path == HOOK:
            return self.hook(request, raw)
        self.calls.append((method, raw))
        if not url.path.startswith("/api/"):
            return 404, self.complain("unknown_method", url.path), {}
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return 200, {"ok": False, "error": "invalid_auth"}, {}
        if self.token in url.query or self.token.encode() in raw:
            return 200, self.complain("invalid_arguments", "the token is not in the header"), {}
        if request.command == "GET":
            arguments = dict(urllib.parse.parse_qsl(url.query))
        else:
            kind = request.headers.get("Content-Type")
            if kind != "application/json; charset=utf-8":
                return 200, self.complain("missing_charset", str(kind)), {}
            arguments = json.loads(raw)
        handler = {
            "chat.postMessage": self.post,
            "chat.update": self.update,
            "conversations.history": self.history,
            "conversations.replies": self.replies,
        }.get(method)
        if handler is None:
            return 200, self.complain("unknown_method", method), {}
        return 200, handler(arguments), {}

    def checked(self, body):
        try:
            block_rules.check_message(body)
        except block_rules.Wrong as wrong:
            return self.complain(wrong.error, wrong.why)
        return None

    def channel_of(self, name):
        by_name = {v: k for k, v in self.channels.items()}
        return name if name in self.channels else by_name.get(name.lstrip("#"))

    def next_ts(self):
        self.clock += 1
        return f"{int(time.time())}.{self.clock:06d}"

    def find(self, channel, ts):
        return next((m for m in self.posted if (m["channel"], m["ts"]) == (channel, ts)), None)

    def post(self, body):
        if "chat:write" not in self.scopes:
            return {"ok": False, "error": "missing_scope", "needed": "chat:write", "provided": ""}
        channel = self.channel_of(body.get("channel", ""))
        if channel is None:
            return {"ok": False, "error": "channel_not_found"}
        if wrong := self.checked(body):
            return wrong
        if "metadata" not in body:
            return self.complain("invalid_arguments", "a message without metadata")
        if body.get("thread_ts") and self.find(channel, body["thread_ts"]) is None:
            return {"ok": False, "error": "thread_not_found"}
        message = body | {"channel": channel, "ts": self.next_ts()}
        self.posted.append(message)
        return {"ok": True, "channel": channel, "ts": message["ts"], "message": body}

    def update(self, body):
        if wrong := self.checked(body):
            return wrong
        if body.get("channel") not in self.channels:
            return {"ok": False, "error": "channel_not_found"}
        message = self.find(body["channel"], body["ts"])
        if message is None:
            return {"ok": False, "error": "message_not_found"}
        kept = message["metadata"]
        message.update(body)
        message.setdefault("metadata", kept)
        self.updates += 1
        return {"ok": True, "channel": message["channel"], "ts": message["ts"]}

    def page(self, arguments, messages):
        needed = "channels:history"
        if needed not in self.scopes:
            return {"ok": False, "error": "missing_scope", "needed": needed, "provided": ""}
        if arguments.get("include_all_metadata") != "true":
            return self.complain("invalid_arguments", "metadata is not asked for")
        oldest = float(arguments.get("oldest", 0))
        found = [m for m in messages if float(m["ts"]) > oldest]
        begin = int(arguments.get("cursor") or 0)
        end = begin + min(HISTORY_PAGE, int(arguments.get("limit", 100)))
        answer = {"ok": True, "messages": found[begin:end], "has_more": end < len(found)}
        if end < len(found):
            answer["response_metadata"] = {"next_cursor": str(end)}
        return answer

    def history(self, arguments):
        channel = arguments.get("channel")
        if channel not in self.channels:
            return {"ok": False, "error": "channel_not_found"}
        roots = [m for m in self.posted if m["channel"] == channel and "thread_ts" not in m]
        return self.page(arguments, roots[::-1])  # The newest first.

    def replies(self, arguments):
        channel, root = arguments.get("channel"), arguments.get("ts")
        if self.find(channel, root) is None:
            return {"ok": False, "error": "thread_not_found"}
        thread = [m for m in self.posted if root in (m["ts"], m.get("thread_ts"))]
        return self.page(arguments, thread)

    def hook(self, request, raw):
        self.calls.append(("webhook", raw))
        if request.headers.get("Authorization"):
            self.complaints.append("a webhook needs no Authorization")
        body = json.loads(raw)
        if wrong := self.checked(body):
            return 400, wrong["error"].encode(), {}
        if "channel" in body or "thread_ts" in body or "metadata" in body:
            self.complaints.append("a webhook takes no channel, thread or metadata")
        self.hooked.append(body)
        return 200, b"ok", {}
