"""Events as CloudTrail and EventBridge write them, numbered, each by an actor of its own.

The kinds are what the built-in rules make of them: `dangerous` ones lead to an alert, `low` ones to
a case that nobody is told of, `harmless` ones to nothing that is kept.
"""

import datetime
import uuid

ACCOUNT = "111122223333"
KINDS = {
    "dangerous": ("cloudtrail.amazonaws.com", "StopLogging", {"name": "main"}),
    "low": ("iam.amazonaws.com", "ListUsers", None),
    "harmless": ("ec2.amazonaws.com", "DescribeInstances", {"maxResults": 50}),
}


def event_id(number):
    """The same at every call, as for an event that is delivered twice."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"trailwarden {number}"))


def arn_of(number):
    return f"arn:aws:iam::{ACCOUNT}:user/user-{number}"


def record(number, kind="dangerous", time="2026-11-22T08:00:00Z", **members):
    source, name, parameters = KINDS[kind]
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": f"AIDA{number:016d}",
            "arn": arn_of(number),
            "accountId": ACCOUNT,
            "accessKeyId": f"AKIA{number:016d}",
            "userName": f"user-{number}",
        },
        "eventTime": time,
        "eventSource": source,
        "eventName": name,
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "203.0.113.24",
        "userAgent": "aws-cli/2.17.44 md/awscrt#0.21.2 ua/2.0 os/linux#6.8.0",
        "requestParameters": parameters,
        "responseElements": None,
        "requestID": event_id(f"request {number}"),
        "eventID": event_id(number),
        "readOnly": kind != "dangerous",
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
        **members,
    }


def by_eventbridge(record, detail_type="AWS API Call via CloudTrail"):
    return {
        "version": "0",
        "id": record["eventID"],
        "detail-type": detail_type,
        "source": "aws." + record["eventSource"].split(".")[0],
        "account": ACCOUNT,
        "time": record["eventTime"],
        "region": record["awsRegion"],
        "resources": [],
        "detail": record,
    }


def in_sns(text):
    return {
        "Type": "Notification",
        "MessageId": event_id(text),
        "TopicArn": f"arn:aws:sns:eu-central-1:{ACCOUNT}:events",
        "Message": text,
        "Timestamp": "2026-11-22T08:00:00.000Z",
    }


def s3_notification(bucket, key):
    """As S3 itself writes it for a new object."""
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "eu-central-1",
                "eventTime": "2026-11-22T08:00:00.000Z",
                "eventName": "ObjectCreated:Put",
                "s3": {"bucket": {"name": bucket}, "object": {"key": key}},
            }
        ]
    }


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
