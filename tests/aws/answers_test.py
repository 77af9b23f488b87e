"""What the clients read of an answer equals what botocore's parsers read of it."""

import base64
import datetime
import json
from xml.sax.saxutils import escape

import botocore.awsrequest
import botocore.parsers
import botocore.session
import pytest

from capture import Answer, capturing
from conftest import Probe, tables
from samples import ODD, sample

SESSION = botocore.session.get_session()
TABLES = tables()


def iso(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def http_date(seconds):
    time = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT")


def text_of(shape, value):
    if shape["type"] == "timestamp":
        return http_date(value) if shape.get("place") == "header" else iso(value)
    if shape["type"] == "boolean":
        return "true" if value else "false"
    return escape(str(value))


def as_xml(shape, value, name):
    """The element `name`, or several of them where a list is flat."""
    if shape["type"] == "structure":
        return f"<{name}>{members_as_xml(shape, value)}</{name}>"
    if shape["type"] == "list":
        item = name if shape["flattened"] else shape["element_name"]
        items = "".join(as_xml(shape["element"], each, item) for each in value)
        return items if shape["flattened"] else f"<{name}>{items}</{name}>"
    return f"<{name}>{text_of(shape, value)}</{name}>"


def members_as_xml(shape, value):
    return "<Unknown><Deep>1</Deep></Unknown>" + "".join(
        as_xml(shape["members"][key], child, shape["members"][key]["wire"])
        for key, child in value.items()
        if shape["members"][key]["place"] == "body"
    )


def answer_with(table, value):
    """An answer of the service that says `value`, and more that nobody asked for."""
    shape, protocol = table["output"], table["service"]["protocol"]
    headers, body = {"x-amzn-requestid": "req-1", "x-unknown": "1"}, b""
    for key, child in value.items():
        member = shape["members"][key]
        if member["place"] == "header":
            headers[member["wire"]] = text_of(member, child).replace("&amp;", "&")
        if member["place"] == "headers":
            headers |= {f"{member['wire']}{field}": text for field, text in child.items()}
        if member["place"] == "payload":
            body = child.encode()
    in_body = any(member["place"] == "body" for member in shape["members"].values())
    if protocol in ("json", "rest-json"):
        body = json.dumps({**value, "Unknown": {"Deep": [1]}}).encode()
    elif protocol == "query" and in_body:
        name = table["name"]
        inner = members_as_xml(shape, value)
        body = (
            f'<{name}Response xmlns="urn:x"><{name}Result>{inner}</{name}Result>'
            f"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{name}Response>"
        ).encode()
    elif in_body:
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<Result xmlns="urn:s3">'
            f"{members_as_xml(shape, value)}</Result>"
        ).encode()
    return Answer(200, headers, body)


def known_only(shape, value):
    """Of what botocore read, what the table has; times as seconds, bytes as the probe shows them."""
    if shape["type"] == "structure":
        return {
            key: known_only(shape["members"][key], child)
            for key, child in value.items()
            if key in shape["members"]
        }
    if shape["type"] == "list":
        return [known_only(shape["element"], child) for child in value]
    if shape["type"] == "map":
        return {key: known_only(shape["element"], child) for key, child in value.items()}
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if shape["type"] == "blob":
        value = value if isinstance(value, bytes) else value.encode()
        return base64.b64encode(value).decode()
    return value


@pytest.fixture(scope="module")
def server():
    with capturing() as server:
        yield server


@pytest.fixture(scope="module")
def reader(server):
    probe = Probe(server.url)
    yield probe
    probe.close()


def each_table(function):
    return pytest.mark.parametrize("table", TABLES, ids=name_of)(function)


def each_table_with_body(function):
    chosen = [table for table in TABLES if table["method"] != "HEAD"]
    return pytest.mark.parametrize("table", chosen, ids=name_of)(function)


def each_table_whose_body_is_read(function):
    chosen = [
        table
        for table in TABLES
        if any(member["place"] == "body" for member in table["output"]["members"].values())
    ]
    return pytest.mark.parametrize("table", chosen, ids=name_of)(function)


def name_of(table):
    return table["name"]


def ask(reader, table):
    value = sample(table["input"])
    return reader.call(table["service"]["id"], table["name"], input=value)


def read_by_botocore(table, answer):
    model = SESSION.get_service_model(table["service"]["model"]).operation_model(table["name"])
    parser = botocore.parsers.create_parser(table["service"]["protocol"])
    headers = botocore.awsrequest.HeadersDict(answer.headers)
    response = {"status_code": 200, "headers": headers, "body": answer.body}
    return parser.parse(response, model.output_shape) if model.output_shape else {}


@each_table
def test_same_answer_as_botocore(server, reader, table):
    value = sample({**table["output"], "members": without_payload(table)})
    answer = answer_with(table, value)
    if "Body" in table["output"]["members"]:
        answer.body = b"b" * value["ContentLength"]
    server.answers = [answer]
    ours = ask(reader, table)["output"]
    theirs = known_only(table["output"], read_by_botocore(table, answer))
    assert ours == theirs
    assert set(ours) == set(table["output"]["members"])


def without_payload(table):
    members = table["output"]["members"]
    return {key: member for key, member in members.items() if member["place"] != "payload"}


@each_table_with_body
def test_what_is_required_must_be_there(server, reader, table):
    members = without_payload(table)
    required = [key for key, member in members.items() if member["required"]]
    for key in required:
        value = sample({"type": "structure", "members": members})
        del value[key]
        server.answers = [answer_with(table, value)]
        failure = ask(reader, table)["failure"]
        assert failure["kind"] == "Unreadable"
        assert "is missing" in failure["message"]
        assert failure["request_id"] == "req-1"


@each_table_whose_body_is_read
def test_answers_that_are_of_no_protocol(server, reader, table):
    for body in (b"<html>a captive portal</html", b"{", b"[1]", b"\xff\x00", ODD.encode()):
        server.answers = [Answer(200, {}, body)]
        assert ask(reader, table)["failure"]["kind"] == "Unreadable", body


@each_table_with_body
def test_errors_that_are_of_no_protocol(server, reader, table):
    for body in (b"", b"<html>a captive portal</html", b"[1]", b"\xff\x00", b"<Error/>", b"null"):
        server.answers = [Answer(403, {"x-amzn-requestid": "req-1"}, body)]
        failure = ask(reader, table)["failure"]
        assert (failure["kind"], failure["code"]) == ("Refused", "Forbidden"), body
        assert failure["line"].endswith("Forbidden (HTTP 403, request req-1)")


def test_entities_do_not_grow(server, reader):
    laughs = '<!DOCTYPE l [<!ENTITY a "' + "x" * 1000 + '">]><R><Key>&a;&a;</Key></R>'
    server.answers = [Answer(200, {}, laughs.encode())]
    failure = reader.call("S3", "ListObjectsV2", input={"Bucket": "logs"})["failure"]
    assert "has a document type" in failure["line"]


def test_an_error_on_several_lines_is_one(server, reader):
    body = {"__type": "x#Denied", "message": "first\nsecond\x1b[2J\r\nthird"}
    server.answers = [Answer(400, {}, json.dumps(body).encode())]
    failure = reader.call("CLOUDTRAIL", "DescribeTrails")["failure"]
    assert failure["line"] == "CLOUDTRAIL DescribeTrails: Denied: first second [2J  third (HTTP 400)"
