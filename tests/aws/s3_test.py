"""The S3 class: pages, parts, bounds, regions, and writes whose answers get lost."""

import re

import pytest

import emulators
from capture import Answer as Canned
from capture import capturing
from conftest import b64
from emulators import boto
from faults import Answer, Fault, FaultProxy, Half, Reset

MIB = 1 << 20
BODY = bytes(range(256)) * (12 * MIB // 256 + 1)


@pytest.fixture(scope="module")
def theirs(s3_server):
    client = boto("s3", s3_server, emulators.ROOT_KEY, emulators.ROOT_SECRET)
    client.create_bucket(Bucket="store")
    return client


@pytest.fixture
def ours(theirs, s3_server, probe):
    return probe(s3_server, emulators.ROOT_KEY, emulators.ROOT_SECRET)


class Once(Fault):
    """`fault` for the first request whose first line has `pattern`, or for each of them."""

    def __init__(self, pattern, fault, for_ever=False):
        self.pattern, self.fault, self.for_ever, self.over = pattern, fault, for_ever, False

    async def __call__(self, proxy, request, writer):
        line = request.partition(b"\r\n")[0].decode()
        if re.search(self.pattern, line) and not self.over:
            self.over = not self.for_ever
            await self.fault(proxy, request, writer)
        else:
            await super().__call__(proxy, request, writer)


@pytest.fixture
def proxied(theirs, s3_server, probe):
    """A client behind a proxy, and that proxy."""
    with FaultProxy(s3_server) as proxy:
        yield probe(proxy.url, emulators.ROOT_KEY, emulators.ROOT_SECRET), proxy


def all_pages(client, **request):
    objects, prefixes, pages, token = [], [], 0, ""
    while True:
        page = client.s3_output("list", request["bucket"], token=token, **request["also"])
        objects += page["objects"]
        prefixes += page["prefixes"]
        pages += 1
        token = page["next_token"]
        if not token:
            return objects, prefixes, pages


def test_list_equals_that_of_boto(ours, theirs):
    names = [f"list/{day:02}/ä +{n}%&.gz" for day in range(5) for n in range(5)]
    for name in names:
        theirs.put_object(Bucket="store", Key=name, Body=name.encode())
    objects, prefixes, pages = all_pages(
        ours, bucket="store", also={"prefix": "list/", "keys_max": 10}
    )
    expected = theirs.list_objects_v2(Bucket="store", Prefix="list/")["Contents"]
    assert [(o["key"], o["size"], o["etag"]) for o in objects] == [
        (o["Key"], o["Size"], o["ETag"]) for o in expected
    ]
    assert [o["last_modified"] for o in objects] == [
        o["LastModified"].strftime("%Y-%m-%dT%H:%M:%SZ") for o in expected
    ]
    assert (pages, prefixes) == (3, [])


def test_list_of_folders(ours, theirs):
    for key in ("tree/a b/1", "tree/a b/2", "tree/ü+/1", "tree/leaf"):
        theirs.put_object(Bucket="store", Key=key, Body=b"x")
    objects, prefixes, _ = all_pages(
        ours, bucket="store", also={"prefix": "tree/", "delimiter": "/"}
    )
    assert [o["key"] for o in objects] == ["tree/leaf"]
    assert sorted(prefixes) == ["tree/a b/", "tree/ü+/"]


def test_list_starts_after(ours, theirs):
    for n in range(4):
        theirs.put_object(Bucket="store", Key=f"after/{n}", Body=b"x")
    objects, _, _ = all_pages(
        ours, bucket="store", also={"prefix": "after/", "start_after": "after/1"}
    )
    assert [o["key"] for o in objects] == ["after/2", "after/3"]


@pytest.mark.parametrize("begin, end", [(0, 1), (3, 10), (90, 100), (95, 200), (0, 100)])
def test_ranges(ours, theirs, begin, end):
    body = bytes(range(100))
    theirs.put_object(Bucket="store", Key="range", Body=body)
    got = ours.s3_output("get_range", "store", "range", begin=begin, end=end)
    assert got["body"] == b64(body[begin:end])


def test_range_that_is_none(ours, theirs):
    theirs.put_object(Bucket="store", Key="range", Body=b"x" * 100)
    assert ours.s3("get_range", "store", "range", begin=5, end=5)["failure"]["attempts"] == 0
    beyond = ours.s3("get_range", "store", "range", begin=100, end=200)["failure"]
    assert (beyond["code"], beyond["status"]) == ("InvalidRange", 416)


def test_range_that_the_server_passes_over(probe):
    with capturing() as server:
        server.answers = [Canned(200, {"ETag": '"x"'}, b"0123456789")]
        answer = probe(server.url).s3("get_range", "store", "k", begin=2, end=30)
    assert answer["failure"]["kind"] == "Unreadable"


def test_objects_have_a_bound(ours, theirs):
    theirs.put_object(Bucket="store", Key="big", Body=b"x" * 1000)
    assert ours.s3_output("get", "store", "big", max_bytes=1000)["body"] == b64(b"x" * 1000)
    failure = ours.s3("get", "store", "big", max_bytes=999)["failure"]
    assert failure["kind"] == "Unreadable" and "more than 999 bytes" in failure["line"]
    theirs.put_object(Bucket="store", Key="huge", Body=b"x" * MIB)
    failure = ours.s3("get", "store", "huge", max_bytes=MIB - 1)["failure"]
    assert failure["kind"] == "Unreadable" and failure["attempts"] == 1, failure


def test_an_object_is_whole_after_half_an_answer(proxied, theirs):
    client, proxy = proxied
    theirs.put_object(Bucket="store", Key="whole", Body=BODY[:MIB])
    proxy.begin([Half(), Half()])
    assert client.s3_output("get", "store", "whole")["body"] == b64(BODY[:MIB])
    assert proxy.attempts == 3


def uploads(theirs):
    return theirs.list_multipart_uploads(Bucket="store").get("Uploads", [])


def put_parts(client, key, **more):
    return client.s3(
        "put_multipart", "store", key, body=b64(BODY), part_bytes=5 * MIB, **more
    )


def test_parts_make_an_object(ours, theirs):
    assert put_parts(ours, "parts", metadata={"a": "b"}, content_type="x/y") == {"output": None}
    there = theirs.get_object(Bucket="store", Key="parts")
    assert there["Body"].read() == BODY
    assert there["ETag"].endswith('-3"')
    assert (there["Metadata"], there["ContentType"]) == ({"a": "b"}, "x/y")
    assert uploads(theirs) == []


def test_a_part_is_sent_again(proxied, theirs):
    client, proxy = proxied
    proxy.begin(always=Once("partNumber=2", Reset("after")))
    assert put_parts(client, "again") == {"output": None}
    assert theirs.get_object(Bucket="store", Key="again")["Body"].read() == BODY


def test_nothing_is_left_of_parts_that_fail(proxied, theirs):
    client, proxy = proxied
    denied = Answer(403, b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
    proxy.begin(always=Once("partNumber=2", denied, for_ever=True))
    failure = put_parts(client, "denied")["failure"]
    assert failure["line"] == "S3 UploadPart: AccessDenied: no (HTTP 403)"
    assert uploads(theirs) == []
    assert client.s3_output("head", "store", "denied") is None


def test_what_could_not_be_removed_is_said(proxied, theirs):
    client, proxy = proxied
    denied = Answer(403, b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
    proxy.begin(always=Once("partNumber=2|^DELETE", denied, for_ever=True))
    failure = put_parts(client, "left")["failure"]
    proxy.begin()
    left = uploads(theirs)
    assert f"the parts of upload {left[0]['UploadId']} could not be removed" in failure["line"]
    # The server may still be busy with parts that were cut off.
    abort = {"Bucket": "store", "Key": "left", "UploadId": left[0]["UploadId"]}
    client.output("S3", "AbortMultipartUpload", input=abort)


def test_an_error_within_success_is_tried_again(proxied, theirs):
    client, proxy = proxied
    hidden = Answer(200, b"<?xml version='1.0'?>\n<Error><Code>InternalError</Code></Error>")
    proxy.begin(always=Once("^POST .*uploadId=", hidden))
    assert put_parts(client, "hidden") == {"output": None}
    assert theirs.head_object(Bucket="store", Key="hidden")["ContentLength"] == len(BODY)


def test_an_error_within_success_that_stays(proxied, theirs):
    client, proxy = proxied
    hidden = Answer(200, b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
    proxy.begin(always=Once("^POST .*uploadId=", hidden, for_ever=True))
    failure = put_parts(client, "refused")["failure"]
    assert (failure["code"], failure["attempts"]) == ("AccessDenied", 1)
    assert uploads(theirs) == []


def test_completion_whose_answer_is_lost(proxied, theirs):
    client, proxy = proxied
    proxy.begin(always=Once("^POST .*uploadId=", Reset("after")))
    assert put_parts(client, "completed") == {"output": None}
    assert theirs.get_object(Bucket="store", Key="completed")["Body"].read() == BODY


def test_only_if_absent(ours, theirs):
    put = {"body": b64("mine"), "only_if_absent": True}
    ours.s3_output("put", "store", "absent", **put)
    failure = ours.s3("put", "store", "absent", **put)["failure"]
    assert (failure["status"], failure["code"]) == (412, "PreconditionFailed")


@pytest.mark.parametrize("there_before", [False, True])
def test_only_if_absent_whose_answer_is_lost(proxied, theirs, there_before):
    client, proxy = proxied
    key = f"lost-{there_before}"
    if there_before:
        theirs.put_object(Bucket="store", Key=key, Body=b"of somebody else")
    proxy.begin(always=Once("^PUT", Reset("after")))
    answer = client.s3("put", "store", key, body=b64("mine"), only_if_absent=True)
    if there_before:
        assert answer["failure"]["code"] == "PreconditionFailed"
    else:
        assert answer == {"output": None}


REDIRECTS = {
    "moved": Canned(
        301, {"x-amz-bucket-region": "us-west-2"}, b"<Error><Code>PermanentRedirect</Code></Error>"
    ),
    "malformed": Canned(
        400,
        {},
        b"<Error><Code>AuthorizationHeaderMalformed</Code><Region>us-west-2</Region></Error>",
    ),
    "head": Canned(400, {"x-amz-bucket-region": "us-west-2"}),
}


def regions(server):
    return [re.search(r"/(\w+-\w+-\d)/s3/", r.header("Authorization"))[1] for r in server.requests]


@pytest.mark.parametrize("how", REDIRECTS)
def test_buckets_of_other_regions_are_found_and_remembered(probe, how):
    with capturing() as server:
        server.answers = [REDIRECTS[how], Canned(200, {"ETag": '"x"'}, b"body")]
        client = probe(server.url)
        method = "head" if how == "head" else "get"
        client.s3_output(method, "elsewhere", "key")
        client.s3_output("get", "elsewhere", "key")
        client.s3_output("get", "another", "key")
        here = emulators.REGION
        assert regions(server) == [here, "us-west-2", "us-west-2", here]


def test_redirects_end(probe):
    with capturing() as server:
        server.answers = [
            Canned(301, {"x-amz-bucket-region": f"us-west-{n}"}) for n in (1, 2, 3, 4)
        ]
        failure = probe(server.url).s3("get", "circle", "key")["failure"]
    assert (failure["status"], len(server.requests)) == (301, 3)


def test_a_region_that_is_none_is_not_followed(probe):
    with capturing() as server:
        server.answers = [Canned(301, {"x-amz-bucket-region": "evil.example/"})]
        failure = probe(server.url).s3("get", "trap", "key")["failure"]
    assert len(server.requests) == 1
    assert failure["kind"] in ("Refused", "Unreachable")
