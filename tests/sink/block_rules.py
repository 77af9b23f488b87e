"""Slack's rules for messages: the SDK's own models, and the documented limits they leave out.

    check_message(body)   # raises Wrong(error, why) as Slack would refuse
"""

import json
import re

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

TOTAL_MAX = 13_200  # Of all blocks together: msg_blocks_too_long.
IN_ATTACHMENT = 20  # More were refused: slackapi/bolt-python issue 914.

ALLOWED = {
    "channel", "text", "blocks", "attachments", "thread_ts", "ts", "reply_broadcast", "mrkdwn",
    "unfurl_links", "unfurl_media", "parse", "link_names", "metadata",
}  # fmt: skip


class Wrong(Exception):
    def __init__(self, error, why):
        super().__init__(f"{error}: {why}")
        self.error = error
        self.why = why


def units(text):
    """Characters as the strictest count has them: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def need(condition, error, why):
    if not condition:
        raise Wrong(error, why)


def check_text(text, limit, error="invalid_blocks", kinds=("plain_text", "mrkdwn")):
    need(isinstance(text, dict) and text.get("type") in kinds, error, f"{text} is no {kinds}")
    known = {"type", "text", "emoji"} if text["type"] == "plain_text" else {"type", "text", "verbatim"}
    need(set(text) <= known, error, f"{set(text) - known} do not belong to {text['type']}")
    need(isinstance(text["text"], str) and text["text"] != "", error, "text is empty")
    need(units(text["text"]) <= limit, error, f"text of {units(text['text'])} is over {limit}")


def check_block(block, error):
    kind = block.get("type")
    if kind == "header":
        check_text(block["text"], 150, error, ("plain_text",))
    elif kind == "section":
        need("text" in block or "fields" in block, error, "section without text and fields")
        if "text" in block:
            check_text(block["text"], 3000, error)
        need(len(block.get("fields", [])) <= 10, error, "more than 10 fields")
        need(block.get("fields") != [], error, "no fields")
        for field in block.get("fields", []):
            check_text(field, 2000, error)
    elif kind == "context":
        need(1 <= len(block["elements"]) <= 10, error, "context has 1 to 10 elements")
        for element in block["elements"]:
            check_text(element, 2000, error)
    else:
        need(kind == "divider", error, f"{kind} is none of the blocks we use")
    try:
        Block.parse(block).to_dict()
    except SlackObjectFormationError as wrong:
        raise Wrong(error, str(wrong)) from wrong


def check_blocks(blocks, error, most):
    need(isinstance(blocks, list) and len(blocks) <= most, error, f"more than {most} blocks")
    for block in blocks:
        check_block(block, error)


def check_attachment(attachment):
    error = "invalid_attachments"
    # With blocks inside, Slack takes no other of the old fields.
    need(set(attachment) <= {"color", "fallback", "blocks"}, error, f"{set(attachment)}")
    need(re.fullmatch("#[0-9a-f]{6}", attachment["color"]), error, "color")
    need(units(attachment["fallback"]) <= 3000, error, "fallback")
    check_blocks(attachment["blocks"], error, IN_ATTACHMENT)


def check_metadata(metadata):
    error = "invalid_metadata_format"
    need(set(metadata) == {"event_type", "event_payload"}, error, f"{set(metadata)}")
    need(re.fullmatch("[a-z0-9_]{1,255}", metadata["event_type"]), error, "event_type")
    for value in metadata["event_payload"].values():
        need(isinstance(value, (str, int, bool)), error, "values are plain")


def check_message(body):
    need(set(body) <= ALLOWED, "invalid_arguments", f"{set(body) - ALLOWED}")
    need(isinstance(body.get("text"), str) and body["text"].strip(), "no_text", "text is empty")
    need(units(body["text"]) <= 4000, "msg_too_long", "text is over 4,000")
    need(body.get("mrkdwn") is False, "invalid_arguments", "mrkdwn is not off")
    need(body.get("parse") == "none", "invalid_arguments", "parse is not none")
    for name in ("link_names", "unfurl_links", "unfurl_media"):
        need(body.get(name) is False, "invalid_arguments", f"{name} is not off")
    check_blocks(body.get("blocks", []), "invalid_blocks", 50)
    for attachment in body.get("attachments", []):
        check_attachment(attachment)
    every = [block for blocks in blocks_of(body) for block in blocks]
    need(len(json.dumps(every, ensure_ascii=False)) <= TOTAL_MAX, "msg_blocks_too_long",
         f"{len(json.dumps(every, ensure_ascii=False))} characters")  # fmt: skip
    if "metadata" in body:
        check_metadata(body["metadata"])


def blocks_of(body):
    yield body.get("blocks", [])
    for attachment in body.get("attachments", []):
        yield attachment["blocks"]


def texts_of(body):
    """All texts of a message as (kind, text); kind: plain_text, mrkdwn."""
    yield "plain_text", body["text"]  # mrkdwn is off
    for attachment in body.get("attachments", []):
        yield "plain_text", attachment["fallback"]
    for blocks in blocks_of(body):
        for block in blocks:
            parts = [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
            for part in parts:
                if part:
                    yield part["type"], part["text"]
