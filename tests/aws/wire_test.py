"""What the clients send equals what botocore's serializers make of the same input."""

import functools
import json
import urllib.parse
import xml.etree.ElementTree

import botocore.awsrequest
import botocore.exceptions
import pytest

from capture import capturing
from conftest import Probe, tables
from emulators import boto
from samples import required_only, sample, with_bytes

TABLES = tables()
CASES = [
    pytest.param(table, make(table["input"]), id=f"{table['name']}-{kind}")
    for table in TABLES
    for kind, make in (("all", sample), ("required", required_only))
]


@pytest.fixture(scope="module")
def server():
    with capturing() as server:
        yield server


@pytest.fixture(scope="module")
def sender(server):
    probe = Probe(server.url)
    yield probe
    probe.close()


@functools.cache
def boto_client(service, url):
    return boto(service, url, parameter_validation=False)


def sent_by_boto(table, value, url):
    client = boto_client(table["service"]["model"], url)
    sent = []

    def keep(request, **_):
        sent.append(request)
        return botocore.awsrequest.AWSResponse(request.url, 500, {}, Empty())

    client.meta.events.register("before-send", keep)
    method = client.meta.method_to_api_mapping
    name = next(python for python, api in method.items() if api == table["name"])
    try:
        getattr(client, name)(**with_bytes(table["input"], value))
    except botocore.exceptions.ClientError:
        pass  # The answer is not what is asked for here.
    finally:
        client.meta.events.unregister("before-send", keep)
    return sent[0]


class Empty:
    def stream(self, *_, **__):
        return iter([b""])

    def read(self, *_):
        return b""


def sent_by_us(server, sender, table, value):
    server.requests.clear()
    sender.call(table["service"]["id"], table["name"], input=value)
    assert server.requests, "nothing was sent"
    return server.requests[0]


def query_of(target):
    query = urllib.parse.urlsplit(target).query
    return sorted(urllib.parse.parse_qsl(query, keep_blank_values=True))


def tree(text):
    def walk(element):
        return (element.tag, (element.text or "").strip(), [walk(child) for child in element])

    return walk(xml.etree.ElementTree.fromstring(text)) if text else None


def parsed_body(table, body):
    payload = [m for m in table["input"]["members"].values() if m["place"] == "payload"]
    if payload and payload[0]["type"] == "blob":
        return body
    protocol = table["service"]["protocol"]
    if protocol in ("json", "rest-json"):
        return json.loads(body or b"{}")
    if protocol == "query":
        return sorted(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
    return tree(body)


@pytest.mark.parametrize("table, value", CASES)
def test_same_request_as_botocore(server, sender, table, value):
    ours = sent_by_us(server, sender, table, value)
    theirs = sent_by_boto(table, value, server.url)
    their_url = urllib.parse.urlsplit(theirs.url)

    assert ours.method == theirs.method
    assert urllib.parse.urlsplit(ours.target).path == their_url.path
    added = [] if "EncodingType" in value else [("encoding-type", "url")]  # By botocore's handlers.
    assert query_of(ours.target) == [pair for pair in query_of(theirs.url) if pair not in added]
    body = theirs.body.read() if hasattr(theirs.body, "read") else theirs.body or b""
    body = body.encode() if isinstance(body, str) else body
    assert parsed_body(table, ours.body) == parsed_body(table, body)
    for name, value_there in theirs.headers.items():
        if name.lower() in headers_that_matter(table):
            value_there = value_there.decode() if isinstance(value_there, bytes) else value_there
            assert ours.header(name) == value_there, name


def headers_that_matter(table):
    names = {"x-amz-target"}
    if table["service"]["protocol"] in ("json", "query"):
        names.add("content-type")
    for member in table["input"]["members"].values():
        if member["place"] == "header":
            names.add(member["wire"].lower())
        if member["place"] == "headers":
            names |= {f"{member['wire']}{key}".lower() for key in ("key-1", "key-2")}
    return names


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table["name"])
def test_every_header_of_the_input_is_sent(server, sender, table):
    ours = sent_by_us(server, sender, table, sample(table["input"]))
    expected = headers_that_matter(table) - {"x-amz-target", "content-type"}
    assert expected <= {name.lower() for name, _ in ours.headers}
    assert ours.header("User-Agent").startswith("trailwarden/")


BAD_INPUTS = [
    ("SQS", "SendMessage", {"QueueUrl": "q"}, "the input MessageBody is missing"),
    ("SQS", "SendMessage", {"QueueUrl": "q", "MessageBody": "m", "Colour": 1}, "no input Colour"),
    ("SQS", "SendMessage", {"QueueUrl": "q", "MessageBody": 7}, "has another type"),
    ("S3", "GetObject", {"Bucket": "logs", "Key": ""}, "the input Key is empty"),
    (
        "S3",
        "PutObject",
        {"Bucket": "logs", "Key": "k", "ContentType": "a\r\nx-amz-acl: public-read"},
        "has control characters",
    ),
    (
        "S3",
        "PutObject",
        {"Bucket": "logs", "Key": "k", "Metadata": {"a\nb": "c"}},
        "has control characters",
    ),
]


@pytest.mark.parametrize("service, operation, value, message", BAD_INPUTS)
def test_bad_input_is_not_sent(server, sender, service, operation, value, message):
    server.requests.clear()
    answer = sender.call(service, operation, input=value)
    assert message in answer["failure"]["message"]
    assert server.requests == []
