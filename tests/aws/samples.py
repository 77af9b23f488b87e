"""Inputs and answers made from an operation's table: every member filled, with odd characters."""

import base64

ODD = "a b+c%20d/e//f~g=h&i?j#k'l\"m<n>o\\pü€𝄞:;@,*"
# What may stand in a header field: no line breaks, and only ASCII (S3 takes no more in metadata).
ODD_FIELD = "a b+c%20d/e=f&g;h,i \"j\""


def sample(shape, name="", number=1):
    """A value of `shape` as the probe takes it: bytes in base64, times in whole seconds."""
    kind = shape["type"]
    if kind == "structure":
        members = list(shape["members"].items())
        if shape.get("union"):
            members = [members[(number - 1) % len(members)]]
        return {key: sample(value, key) for key, value in members}
    if kind == "list":
        return [sample(shape["element"], name, n) for n in (1, 2, 3)]
    if kind == "map":
        element = {**shape["element"], "place": shape.get("place", "body")}
        return {f"key-{n}": sample(element, name, n) for n in (1, 2)}
    if kind == "json":
        return {"deep": [1, "two", None, {"three": 3.5}]}
    if name == "Bucket":
        return "odd-bucket"
    in_field = shape.get("place") in ("header", "headers")
    return {
        "string": f"{ODD_FIELD if in_field else ODD}{number}",
        "integer": 40 + number,
        "boolean": number % 2 == 1,
        "double": 1.5 + number,
        "timestamp": 1_700_000_000 + number,
        "blob": base64.b64encode(b"\x00\xff raw bytes \r\n" + bytes([number])).decode(),
    }[kind]


def required_only(shape):
    members = {key: value for key, value in shape["members"].items() if value["required"]}
    return sample({"type": "structure", "members": members})


def with_bytes(shape, value):
    """The same value as botocore takes it: bytes as bytes."""
    if shape["type"] == "blob":
        return base64.b64decode(value)
    if shape["type"] == "structure":
        return {key: with_bytes(shape["members"][key], child) for key, child in value.items()}
    if shape["type"] == "list":
        return [with_bytes(shape["element"], child) for child in value]
    if shape["type"] == "map":
        return {key: with_bytes(shape["element"], child) for key, child in value.items()}
    return value
