"""Every table of src/aws against botocore's service models: names, places, types, what is required."""

import botocore.session
import pytest

from conftest import tables

SESSION = botocore.session.get_session()
TABLES = tables()
TYPES = {
    "string": {"string", "character"},
    "integer": {"integer", "long"},
    "boolean": {"boolean"},
    "double": {"float", "double"},
    "timestamp": {"timestamp"},
    "blob": {"blob"},
    "structure": {"structure"},
    "list": {"list"},
    "map": {"map"},
}
PLACES = {"uri": "path", "querystring": "query", "header": "header", "headers": "headers"}


def service_model(table):
    return SESSION.get_service_model(table["service"]["model"])


def operation_model(table):
    return service_model(table).operation_model(table["name"])


def id_of(table):
    return f"{table['service']['id']}-{table['name']}"


def each_table(function):
    return pytest.mark.parametrize("table", TABLES, ids=id_of)(function)


def check_element(ours, model, where, protocol):
    """Lists and maps: how their elements are called on the wire."""
    if protocol in ("json", "rest-json"):
        return
    assert ours["flattened"] == bool(model.serialization.get("flattened")), where
    if model.type_name == "list" and not ours["flattened"]:
        assert ours["element_name"] == model.member.serialization.get("name", "member"), where
    if model.type_name == "map":
        assert ours["key_name"] == model.key.serialization.get("name", "key"), where
        assert ours["value_name"] == model.value.serialization.get("name", "value"), where


def check_shape(ours, model, where, protocol, is_input):
    if ours["type"] == "json":
        assert getattr(model, "is_document_type", False), f"{where} is no document"
        return
    assert model.type_name in TYPES[ours["type"]], f"{where} is of type {model.type_name}"
    if ours["type"] == "structure":
        check_members(ours["members"], model, where, protocol, is_input)
    if ours["type"] == "list":
        check_element(ours, model, where, protocol)
        check_shape(ours["element"], model.member, where + "[]", protocol, is_input)
    if ours["type"] == "map":
        check_element(ours, model, where, protocol)
        check_shape(ours["element"], model.value, where + "{}", protocol, is_input)


def check_members(members, model, where, protocol, is_input):
    for name, ours in members.items():
        assert name in model.members, f"{where} has no {name}"
        theirs = model.members[name]
        here = f"{where}.{name}"
        if is_input:
            # A token that makes a repeated call harmless is a must for us.
            is_token = theirs.metadata.get("idempotencyToken", False)
            assert ours["required"] == (is_token or name in model.required_members), here
        place = PLACES.get(theirs.serialization.get("location"), "body")
        if model.serialization.get("payload") == name:
            place = "payload"
        assert ours["place"] == place, here
        assert ours["wire"].lower() == wire_name(theirs, name, protocol).lower(), here
        if ours["place"] != "payload":
            check_shape(ours, theirs, here, protocol, is_input)
        else:
            namespace = theirs.serialization.get("xmlNamespace", {}).get("uri", "")
            assert ours["xml_namespace"] == namespace, here
            check_shape(ours, theirs, here, protocol, is_input)
    if is_input:
        missing = set(model.required_members) - set(members)
        assert not missing, f"{where} lacks {missing}"


def wire_name(model, name, protocol):
    # A flattened list is called by its member's name where that has one.
    if protocol != "json" and model.type_name == "list" and model.serialization.get("flattened"):
        return model.member.serialization.get("name", model.serialization.get("name", name))
    return model.serialization.get("name", name)


@each_table
def test_service(table):
    ours, model = table["service"], service_model(table)
    assert ours["protocol"] in model.metadata.get("protocols", [model.metadata["protocol"]])
    assert ours["host_prefix"] == model.endpoint_prefix
    assert ours["signing_name"] == model.signing_name
    assert ours["id"] == model.service_id.upper().replace(" ", "_")
    if ours["protocol"] == "json":
        assert ours["json_version"] == model.metadata["jsonVersion"]
        assert ours["target_prefix"] == model.metadata["targetPrefix"]
    if ours["protocol"] == "query":
        assert ours["api_version"] == model.api_version


@each_table
def test_http(table):
    model = operation_model(table)
    assert table["method"] == model.http["method"]
    assert table["path"] == model.http["requestUri"]
    assert table["signed"] == (model.auth_type != "none")


@each_table
def test_input(table):
    model = operation_model(table)
    protocol = table["service"]["protocol"]
    if model.input_shape is None:
        assert table["input"]["members"] == {}
    else:
        check_shape(table["input"], model.input_shape, table["name"], protocol, is_input=True)


@each_table
def test_output(table):
    model = operation_model(table)
    protocol = table["service"]["protocol"]
    if model.output_shape is None:
        assert table["output"]["members"] == {}
        return
    check_shape(table["output"], model.output_shape, table["name"], protocol, is_input=False)
    if protocol == "query" and table["output"]["members"]:
        wrapper = model.output_shape.serialization.get("resultWrapper")
        assert wrapper == f"{table['name']}Result"


def test_checksums_that_are_demanded():
    """None of the operations demands a checksum: the request code sends none."""
    for table in TABLES:
        assert not operation_model(table).http_checksum.get("requestChecksumRequired"), id_of(table)
