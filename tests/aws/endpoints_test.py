"""The table of endpoints that the unit tests hold Trailwarden to is what botocore resolves.

tests/unit/aws/endpoint_test.cpp compares src/aws/endpoint.cpp with every row of endpoints.tsv;
this test compares every row with botocore's rule sets. To write the table anew after an update:

    .venv/bin/python tests/aws/endpoints_test.py > tests/aws/endpoints.tsv
"""

import itertools
import pathlib

import botocore.loaders
from botocore.endpoint_provider import EndpointProvider

TABLE = pathlib.Path(__file__).with_name("endpoints.tsv")
HEADER = "host_prefix\tregion\tbucket\tsigning_region\tplain\tfips\tdual_stack\tfips_dual_stack"

# botocore's name of each service that Trailwarden calls, and what its host names begin with.
SERVICES = {
    "bedrock": "bedrock",
    "bedrock-runtime": "bedrock-runtime",
    "cloudformation": "cloudformation",
    "cloudtrail": "cloudtrail",
    "dynamodb": "dynamodb",
    "events": "events",
    "iam": "iam",
    "lambda": "lambda",
    "s3": "s3",
    "scheduler": "scheduler",
    "secretsmanager": "secretsmanager",
    "sns": "sns",
    "sqs": "sqs",
    "sso": "portal.sso",
    "sso-oidc": "oidc",
    "stepfunctions": "states",
    "sts": "sts",
}
REGIONS = [
    "us-east-1",
    "eu-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "us-gov-west-1",
    "us-gov-east-1",
    "eusc-de-east-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "eu-isoe-west-1",
    "us-isof-south-1",
]
BUCKETS = {"s3": ["-", "logs", "my.dotted.logs"]}


def resolve(provider, region, bucket, fips, dual_stack):
    """The URL, and the region to sign for; None where there is no such endpoint."""
    parameters = {"Region": region, "UseFIPS": fips, "UseDualStack": dual_stack}
    if bucket != "-":
        parameters["Bucket"] = bucket
    try:
        endpoint = provider.resolve_endpoint(**parameters)
    except Exception as refusal:  # noqa: BLE001: the rule set's own words
        assert "not support" in str(refusal), refusal
        return None, None
    schemes = endpoint.properties.get("authSchemes", [{}])
    return endpoint.url, schemes[0].get("signingRegion", region)


def rows():
    loader = botocore.loaders.create_loader()
    partitions = loader.load_data("partitions")
    for model, prefix in SERVICES.items():
        provider = EndpointProvider(
            loader.load_service_model(model, "endpoint-rule-set-1"), partitions
        )
        for region, bucket in itertools.product(REGIONS, BUCKETS.get(model, ["-"])):
            variants = [
                resolve(provider, region, bucket, fips, dual_stack)
                for dual_stack, fips in itertools.product((False, True), (False, True))
            ]
            signing = {region for _, region in variants if region}
            assert len(signing) == 1
            urls = [url or "-" for url, _ in variants]
            yield "\t".join([prefix, region, bucket, *signing, *urls])


def test_the_table_is_what_botocore_resolves():
    written = TABLE.read_text().splitlines()
    assert written[0] == HEADER
    assert written[1:] == list(rows())


if __name__ == "__main__":
    print(HEADER, *rows(), sep="\n")
