"""SQS against ElasticMQ, which keeps time: visibility, batches with failures, long polls."""

import time

import pytest

from emulators import boto


@pytest.fixture
def queue(elasticmq):
    client = boto("sqs", elasticmq)
    url = client.create_queue(QueueName=f"q{time.monotonic_ns()}")["QueueUrl"]
    return url


def receive(client, queue, **more):
    value = {
        "QueueUrl": queue,
        "MaxNumberOfMessages": 10,
        "MessageSystemAttributeNames": ["ApproximateReceiveCount", "SentTimestamp"],
        **more,
    }
    return client.output("SQS", "ReceiveMessage", input=value).get("Messages", [])


def test_a_message_goes_round(probe, elasticmq, queue):
    client = probe(elasticmq)
    sent = client.output(
        "SQS", "SendMessage", input={"QueueUrl": queue, "MessageBody": "ä <&> \"x\"\n€"}
    )
    (message,) = receive(client, queue)
    assert message["MessageId"] == sent["MessageId"]
    assert message["Body"] == "ä <&> \"x\"\n€"
    assert message["MD5OfBody"] == sent["MD5OfMessageBody"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"


def test_visibility_is_what_it_was_set_to(probe, elasticmq, queue):
    client = probe(elasticmq)
    client.output("SQS", "SendMessage", input={"QueueUrl": queue, "MessageBody": "m"})
    (message,) = receive(client, queue, VisibilityTimeout=600)
    assert receive(client, queue) == [], "it is hidden"
    entry = {"Id": "1", "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
    changed = client.output(
        "SQS", "ChangeMessageVisibilityBatch", input={"QueueUrl": queue, "Entries": [entry]}
    )
    assert [each["Id"] for each in changed["Successful"]] == ["1"]
    (again,) = receive(client, queue)
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"
    client.output(
        "SQS",
        "ChangeMessageVisibility",
        input={
            "QueueUrl": queue,
            "ReceiptHandle": again["ReceiptHandle"],
            "VisibilityTimeout": 0,
        },
    )
    assert len(receive(client, queue)) == 1


def test_a_batch_that_fails_in_part(probe, elasticmq, queue):
    client = probe(elasticmq)
    client.output("SQS", "SendMessage", input={"QueueUrl": queue, "MessageBody": "m"})
    (message,) = receive(client, queue)
    entries = [
        {"Id": "good", "ReceiptHandle": message["ReceiptHandle"]},
        {"Id": "bad", "ReceiptHandle": "no-such-handle"},
    ]
    deleted = client.output(
        "SQS", "DeleteMessageBatch", input={"QueueUrl": queue, "Entries": entries}
    )
    assert [each["Id"] for each in deleted["Successful"]] == ["good"]
    assert [(each["Id"], each["SenderFault"]) for each in deleted["Failed"]] == [("bad", True)]


def test_a_long_poll_waits(probe, elasticmq, queue):
    began = time.monotonic()
    assert receive(probe(elasticmq), queue, WaitTimeSeconds=1) == []
    assert time.monotonic() - began > 0.9


def test_a_queue_that_is_none(probe, elasticmq, queue):
    failure = probe(elasticmq).call("SQS", "GetQueueUrl", input={"QueueName": "none"})["failure"]
    assert "NonExistentQueue" in failure["code"] or "QueueDoesNotExist" in failure["code"], failure
