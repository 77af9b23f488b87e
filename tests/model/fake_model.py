"""Services of language models on loopback: they answer as they are told, and keep what they were
asked."""

import http.server
import json
import re
import threading

CASE_ANSWER = {
    "verdict": "uncertain",
    "explanation": "A user did several things. It could be anything.",
    "reasons": [{"text": "It began so.", "events": ["e1"]}],
    "next_steps": ["Ask the user."],
}


class Asked:
    """One request, as it came."""

    def __init__(self, handler):
        self.path = handler.path
        self.headers = handler.headers
        self.raw = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        self.body = json.loads(self.raw)

    @property
    def question(self):
        """The user's words, in whatever form the service has them."""
        content = self.body["messages"][-1]["content"]
        return content if isinstance(content, str) else content[0]["text"]

    @property
    def evidence(self):
        """The evidence between its two marker lines."""
        found = re.search(r"^(EVIDENCE-[0-9a-f]{16})\n(.*)\n\1$", self.question, re.M | re.S)
        return json.loads(found.group(2))


class FakeModel:
    """`answer(asked, number)` gives (status, headers, body bytes), or None: the connection ends."""

    def __init__(self, answer):
        self.asked = []
        lock = threading.Lock()
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                asked = Asked(self)
                with lock:
                    fake.asked.append(asked)
                    number = len(fake.asked)
                reply = answer(asked, number)
                if reply is None:
                    self.close_connection = True
                    return
                status, headers, body = reply
                self.send_response(status)
                for name, value in {"Content-Type": "application/json",
                                    "Content-Length": str(len(body)),
                                    "Connection": "close", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass  # The client had enough.
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def anthropic_reply(answer, **more):
    """A reply of the Messages API that uses the tool; made by hand, checked by the SDK's types."""
    return json.dumps({
        "id": "msg_01", "type": "message", "role": "assistant", "model": "claude-haiku-4-5-20251001",
        "content": [{"type": "tool_use", "id": "toolu_01", "name": "report", "input": answer}],
        "stop_reason": "tool_use", "stop_sequence": None,
        "usage": {"input_tokens": 900, "output_tokens": 120, "cache_creation_input_tokens": 0,
                  "cache_read_input_tokens": 0},
        **more}).encode()


def openai_reply(answer, **more):
    return json.dumps({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "small",
        "choices": [{"index": 0, "finish_reason": "stop", "logprobs": None,
                     "message": {"role": "assistant", "refusal": None,
                                 "content": json.dumps(answer)}}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 120, "total_tokens": 1020},
        **more}).encode()


def converse_reply(answer, **more):
    return json.dumps({
        "output": {"message": {"role": "assistant", "content": [
            {"toolUse": {"toolUseId": "tooluse_1", "name": "report", "input": answer}}]}},
        "stopReason": "tool_use",
        "usage": {"inputTokens": 900, "outputTokens": 120, "totalTokens": 1020},
        "metrics": {"latencyMs": 5}, **more}).encode()
