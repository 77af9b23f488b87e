"""The shared store's table, as docs/STORE.md says it is to be made, and what a test sees in it."""

import json
import pathlib
import re
import shlex
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def documented():
    """What the documented command line asks CreateTable and UpdateTimeToLive for."""
    text = (ROOT / "docs/STORE.md").read_text()
    command = re.search(r"aws dynamodb create-table(?:.|\n)*?(?=\n\S|\n```)", text)[0]
    words = shlex.split(command.replace("\\\n", " "))[3:]
    options, name = {}, None
    for word in words:
        if word.startswith("--"):
            name = word[2:]
            options[name] = []
        else:
            options[name].append(word)
    return options


def shorthand(text):
    """AttributeName=pk,KeyType=HASH"""
    return dict(pair.split("=") for pair in text.split(","))


def make(client, name):
    options = documented()
    client.create_table(
        TableName=name,
        BillingMode=options["billing-mode"][0],
        AttributeDefinitions=[shorthand(one) for one in options["attribute-definitions"]],
        KeySchema=[shorthand(one) for one in options["key-schema"]],
        GlobalSecondaryIndexes=json.loads(options["global-secondary-indexes"][0]),
    )
    client.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )


class Fields:
    """Reads what src/shared_store/fields.h writes."""

    def __init__(self, document):
        assert document[0] == 1, "another form"
        self.bytes, self.at = document, 1
        size = self.varint()
        self.bytes, self.at = zlib.decompress(self.bytes[self.at :], -15), 0
        assert len(self.bytes) == size

    def varint(self):
        value = shift = 0
        while True:
            byte = self.bytes[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def number(self):
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def optional(self):
        return self.number() if self.varint() else None

    def option(self):
        return [self.number()] if self.varint() else []

    def text(self):
        size = self.number()
        self.at += size
        return self.bytes[self.at - size : self.at].decode()


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def number(value):
    return varint((value << 1) ^ (value >> 63))


def packed(fields):
    """What Fields reads: numbers, texts as bytes, and a list of one or none for an optional."""
    raw = bytearray()
    for field in fields:
        if isinstance(field, bytes):
            raw += number(len(field)) + field
        elif isinstance(field, list):
            raw += bytes([len(field)]) + b"".join(map(number, field))
        else:
            raw += number(field)
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    return b"\x01" + varint(len(raw)) + deflate.compress(bytes(raw)) + deflate.flush()


MESSAGE = "ntttnnnnoot"  # id, key, kind, notice, state, attempts, created, due, tried twice, reason
STATE, DUE = 4, 7
SENDING = 1


def let_attempts_be_over(client, name):
    """As if the time that an attempt may take had passed, for all that are under way: of processes
    that are no more."""
    pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    changed = 0
    for item in (item for page in pages for item in page["Items"] if "due" in item):
        read = Fields(item["doc"]["B"])
        kinds = {"n": read.number, "t": lambda: read.text().encode(), "o": read.option}
        fields = [read.text().encode() for _ in range(3)] + [read.number()]
        for _ in range(2):  # Open ones, dead ones.
            fields.append(read.number())
            for _ in range(fields[-1]):
                message = [kinds[kind]() for kind in MESSAGE]
                if message[STATE] == SENDING:
                    message[DUE] = 0
                    item["due"]["N"] = "0"
                    changed += 1
                fields += message
        fields.append(read.number())
        fields += [read.text().encode() for _ in range(fields[-1])]
        item["doc"]["B"] = packed(fields)
        item["v"]["N"] = str(int(item["v"]["N"]) + 1)
        client.put_item(TableName=name, Item=item)
    return changed


class Contents:
    """All that is in a table."""

    def __init__(self, client, name):
        self.events, self.cases, self.lanes = [], [], []
        pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
        for item in (item for page in pages for item in page["Items"]):
            sort = item["sk"]["S"]
            if sort.startswith("event#"):
                self.events.append(self.event(Fields(item["doc"]["B"])))
            elif sort == "case":
                self.cases.append(self.case(Fields(item["doc"]["B"])))
            elif sort.startswith("lane#"):
                self.lanes.append(self.lane(Fields(item["doc"]["B"]), item))

    @staticmethod
    def event(fields):
        return {"fingerprint": fields.text(), "event_id": fields.text(), "time": fields.optional(),
                "case": fields.text(), "actor": fields.text()}  # fmt: skip

    @staticmethod
    def case(fields):
        row = {"id": fields.text(), "actor": fields.text(), "account": fields.text()}
        row["first"], row["last"] = fields.optional(), fields.optional()
        row["local"], row["verdict"], row["risk"] = (fields.number() for _ in range(3))
        row["events"], row["revision"] = fields.number(), fields.number()
        return row

    @staticmethod
    def lane(fields, item):
        row = {"case": fields.text(), "sink": fields.text(), "thread": fields.text()}
        row["messages"], row["open"] = fields.number(), fields.number()
        row["due"] = int(item["due"]["N"]) if "due" in item else None
        row["key"] = {name: item[name] for name in ("pk", "sk")}
        return row

    def open_messages(self):
        return sum(lane["open"] for lane in self.lanes)
