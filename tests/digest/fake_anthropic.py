"""Anthropic's Message Batches (and Messages) on loopback. Requests are checked by the types of
Anthropic's own SDK, and so are the answers."""

import datetime
import json
import random
import re
import urllib.parse

import pydantic
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from anthropic.types.messages import MessageBatch, MessageBatchIndividualResponse
from fake_service import FakeService, Plan, task_in

PARAMS = pydantic.TypeAdapter(MessageCreateParamsNonStreaming)


class Refused(Exception):
    def __init__(self, status, kind, message):
        super().__init__(message)
        self.status, self.kind = status, kind


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


class Batch:
    def __init__(self, number, requests, statuses):
        self.id = f"msgbatch_{number:04}"
        self.created = now()
        self.requests = requests
        self.statuses = list(statuses)
        self.status = "in_progress"
        self.looks = 0


class FakeAnthropic(FakeService):
    def __init__(self, key):
        self.key = key
        self.batches = []
        self.asked_directly = []
        self.plan = Plan()
        self.canceled, self.expired = set(), set()
        self.statuses = ["in_progress", "in_progress", "ended"]
        self.has_results = True
        super().__init__()

    def answer(self, method, path, headers, body):
        try:
            if headers.get("x-api-key") != self.key:
                raise Refused(401, "authentication_error", "invalid x-api-key")
            if headers.get("anthropic-version") != "2023-06-01":
                raise Refused(400, "invalid_request_error", "anthropic-version")
            return 200, self.route(method, urllib.parse.urlsplit(path), body)
        except Refused as refused:
            return refused.status, {"type": "error", "request_id": "req_1", "error": {
                "type": refused.kind, "message": str(refused)}}

    def route(self, method, url, body):
        parts = url.path.split("/")[1:]
        if (method, url.path) == ("POST", "/v1/messages"):
            return self.ask(json.loads(body))
        if (method, url.path) == ("POST", "/v1/messages/batches"):
            return self.create(json.loads(body))
        if (method, url.path) == ("GET", "/v1/messages/batches"):
            limit = int(urllib.parse.parse_qs(url.query).get("limit", ["20"])[0])
            assert 1 <= limit <= 1000
            shown = [self.shown(batch) for batch in reversed(self.batches)]
            return {"data": shown[:limit], "has_more": len(shown) > limit,
                    "first_id": None, "last_id": None}
        found = [batch for batch in self.batches if parts[:4] == ["v1", "messages", "batches", batch.id]]
        if method != "GET" or not found:
            raise Refused(404, "not_found_error", url.path)
        if parts[4:] == ["results"]:
            return self.results(found[0])
        return self.look(found[0])

    def create(self, body):
        assert set(body) == {"requests"}
        requests = {}
        for request in body["requests"]:
            if not re.fullmatch("[a-zA-Z0-9_-]{1,64}", request["custom_id"]):
                raise Refused(400, "invalid_request_error", "custom_id")
            if request["custom_id"] in requests:
                raise Refused(400, "invalid_request_error", "custom_id is there twice")
            assert set(request) == {"custom_id", "params"}
            checked = PARAMS.validate_python(request["params"])
            assert set(checked) == set(request["params"])
            requests[request["custom_id"]] = request["params"]
        if not requests:
            raise Refused(400, "invalid_request_error", "no requests")
        self.batches.append(Batch(len(self.batches) + 1, requests, self.statuses))
        return self.shown(self.batches[-1])

    def look(self, batch):
        batch.status = batch.statuses[min(batch.looks, len(batch.statuses) - 1)]
        batch.looks += 1
        return self.shown(batch)

    def kind_of(self, name):
        for kind, names in (("errored", self.plan.errors), ("canceled", self.canceled),
                            ("expired", self.expired)):
            if name in names:
                return kind
        return "succeeded"

    def shown(self, batch):
        is_over = batch.status == "ended"
        counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
        for name in batch.requests:
            counts[self.kind_of(name) if is_over else "processing"] += 1
        results = f"https://api.example.com/v1/messages/batches/{batch.id}/results"
        shown = {"id": batch.id, "type": "message_batch", "processing_status": batch.status,
                 "request_counts": counts, "created_at": batch.created,
                 "expires_at": batch.created, "ended_at": now() if is_over else None,
                 "archived_at": None, "cancel_initiated_at": None,
                 "results_url": results if is_over and self.has_results else None}
        if batch.status in ("in_progress", "canceling", "ended"):
            MessageBatch.model_validate(shown)
        return shown

    def results(self, batch):
        if batch.status != "ended":
            raise Refused(404, "not_found_error", "no results yet")
        lines = []
        for name in batch.requests:
            if name in self.plan.missing:
                continue
            kind = self.kind_of(name)
            result = {"type": kind}
            if kind == "succeeded":
                result["message"] = self.reply(name)
            if kind == "errored":
                result["error"] = {"type": "error", "error": {
                    "type": "api_error", "message": "Internal\nserver error"}}
            line = {"custom_id": name, "result": result}
            MessageBatchIndividualResponse.model_validate(line)
            lines += [json.dumps(line)] * (2 if name in self.plan.doubled else 1)
        random.shuffle(lines)
        return ("\n".join(lines + self.plan.extra) + "\n").encode()

    def ask(self, body):
        PARAMS.validate_python(body)
        name = task_in(body["messages"][-1]["content"])
        self.asked_directly.append(name)
        return self.reply(name)

    def reply(self, name):
        return {"id": "msg_01", "type": "message", "role": "assistant",
                "model": "claude-haiku-4-5", "stop_reason": "end_turn", "stop_sequence": None,
                "content": [{"type": "text", "text": self.words(name)}],
                "usage": {"input_tokens": 900, "output_tokens": 120}}
