"""Lindgren Optics, which does not exist: its account, its people and its workloads.

All addresses come from the ranges that RFC 5737 sets aside for documentation, and RFC 1918.
"""

import dataclasses

from corpus import identities, user_agents
from corpus.ids import Ids
from corpus.organisation import Account, make_padding

ACCOUNT = "111122223333"
HOME_REGION = "eu-north-1"
REGIONS = ("eu-north-1", "us-east-1", "eu-west-1", "eu-central-1", "us-west-2")
DOMAIN = "lindgren-optics.example"

OFFICE = ("203.0.113.17", "203.0.113.18")
OFFICE_NETWORK = "203.0.113.16/28"
BUILD_SERVER = "203.0.113.20"
NAT = ("203.0.113.200", "203.0.113.201")
RUNNERS = tuple(f"192.0.2.{host}" for host in range(130, 146))
SCANNER = ("192.0.2.66", "192.0.2.67")
SAML_PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/AWSSSO_5f1d3c0b9a7e2468_DO_NOT_DELETE"


@dataclasses.dataclass(frozen=True)
class Person:
    name: str
    permissions: str  # Name of the permission set.
    begins: str  # UTC; Stockholm is an hour ahead.
    ends: str
    home: str  # Address there.
    services: str  # What this person looks at.
    calls: int  # A day.


PEOPLE = [
    Person("elin.sund", "Administrator", "06:50", "15:40", "198.51.100.12",
           "iam ec2 health ce kms cloudtrail monitoring", 55),
    Person("jonas.vik", "PlatformEngineer", "07:05", "16:10", "198.51.100.27",
           "ec2 elasticloadbalancing monitoring logs ssm cloudformation", 64),
    Person("maja.holm", "PlatformEngineer", "07:40", "16:30", "198.51.100.31",
           "ec2 logs lambda rds cloudformation monitoring", 58),
    Person("oskar.nyberg", "Developer", "08:00", "16:45", "198.51.100.44",
           "lambda logs s3 dynamodb monitoring", 47),
    Person("petra.falk", "Developer", "06:45", "15:05", "198.51.100.45",
           "lambda logs s3 dynamodb cloudformation", 52),
    Person("ravi.menon", "Developer", "08:20", "17:05", "198.51.100.58",
           "logs s3 lambda monitoring resource-explorer-2", 44),
    Person("sofia.lund", "DataAnalyst", "07:30", "15:50", "198.51.100.60",
           "athena glue s3", 46),
    Person("tomas.berg", "DataAnalyst", "08:10", "16:20", "198.51.100.73",
           "athena glue s3 resource-explorer-2", 38),
    Person("ylva.strand", "Billing", "07:55", "14:30", "198.51.100.81",
           "ce health notifications", 21),
    Person("david.okoye", "Developer", "07:15", "15:55", "198.51.100.84",
           "dynamodb lambda logs s3", 41),
    Person("hanna.wiklund", "Developer", "08:35", "17:20", "198.51.100.90",
           "s3 lambda logs monitoring", 36),
    Person("leo.martins", "PlatformEngineer", "11:30", "20:25", "198.51.100.97",
           "ec2 rds logs ssm monitoring elasticloadbalancing", 49),
    Person("nils.ahlgren", "ReadOnly", "09:00", "11:30", "198.51.100.103",
           "ec2 s3 health notifications", 19),
    Person("freja.dahl", "Developer", "07:25", "16:00", "198.51.100.110",
           "lambda dynamodb logs cloudformation", 43),
]


@dataclasses.dataclass(frozen=True)
class Workload:
    kind: str  # ec2, lambda or ecs-tasks: the service that assumes the role for it.
    name: str
    region: str
    address: str
    user_agent: str
    apis: dict  # Name of an API of the workloads in apis.json -> weight.
    calls: int  # A day.


JAVA, LAMBDA, GO, NODE = user_agents.WORKLOAD
WORKLOADS = [
    Workload("ecs-tasks", "orders-api", "eu-north-1", "10.20.11.14", NODE,
             {"GetItem": 6, "Decrypt": 2, "GetSecretValue": 0.6, "PutMetricData": 1,
              "DescribeTable": 0.4}, 310),
    Workload("ecs-tasks", "storefront", "eu-north-1", "10.20.12.9", NODE,
             {"GetItem": 5, "GetObject": 4, "HeadObject": 2, "GetParameter": 1}, 290),
    Workload("lambda", "thumbnails", "eu-north-1", NAT[0], LAMBDA,
             {"GetObject": 5, "PutObject": 5, "CreateLogStream": 1, "HeadObject": 1}, 330),
    Workload("lambda", "prescription-import", "eu-north-1", NAT[0], LAMBDA,
             {"GetObject": 3, "PutObject": 2, "Decrypt": 2, "GetSecretValue": 1, "Invoke": 1,
              "CreateLogStream": 0.5}, 170),
    Workload("lambda", "stock-sync", "eu-north-1", NAT[1], LAMBDA,
             {"GetParameter": 1, "GetItem": 3, "GetQueueUrl": 1, "CreateLogStream": 0.6}, 150),
    Workload("lambda", "edge-redirects", "us-east-1", "192.0.2.40", LAMBDA,
             {"GetObject": 3, "CreateLogStream": 1, "GetParameter": 1}, 130),
    Workload("ec2", "warehouse-erp", "eu-north-1", "10.20.30.21", JAVA,
             {"UpdateInstanceInformation": 5, "GetObject": 2, "PutObject": 2, "Decrypt": 1,
              "GetParametersByPath": 0.5}, 190),
    Workload("ec2", "reporting", "eu-west-1", "10.30.4.8", JAVA,
             {"UpdateInstanceInformation": 5, "ListObjects": 2, "GetObject": 4,
              "GenerateDataKey": 1}, 150),
    Workload("ec2", "build-cache", "eu-central-1", "10.40.2.5", GO,
             {"UpdateInstanceInformation": 4, "GetObject": 2, "PutObject": 1}, 90),
    Workload("ecs-tasks", "lens-render", "eu-north-1", "10.20.13.77", GO,
             {"GetObject": 4, "PutObject": 3, "GetParameter": 1, "BatchGetImage": 0.6,
              "GetAuthorizationToken": 0.5}, 180),
]


def make_account(ids):
    def hexes(prefix, count):
        return [prefix + ids.hex(16) for _ in range(count)]

    functions = [w.name for w in WORKLOADS if w.kind == "lambda"] + ["invoice-mailer", "returns"]
    pools = {
        "iid": hexes("i-0", 9), "vol": hexes("vol-0", 14), "snap": hexes("snap-0", 18),
        "sg": hexes("sg-0", 11), "subnet": hexes("subnet-0", 6), "vpc": hexes("vpc-0", 2),
        "ami": hexes("ami-0", 3), "kms": [ids.uuid() for _ in range(4)],
        "bucket": ["lindgren-product-images", "lindgren-prescriptions", "lindgren-exports",
                   "lindgren-web-assets", "lindgren-lake", "lindgren-builds"],
        "role": [w.name + "-role" for w in WORKLOADS],
        "fn": functions, "lg": ["/aws/lambda/" + f for f in functions] + ["/ecs/orders-api"],
        "tbl": ["orders", "carts", "stock"], "queue": ["stock-updates", "invoices"],
        "secret": ["prod/orders/db", "prod/prescriptions/db", "prod/mail/smtp"],
        "param": ["/prod/orders/feature-flags", "/prod/storefront/currency", "/prod/stock/api-url"],
        "stack": ["network", "storefront", "lake"],
        "repo": ["orders-api", "storefront", "lens-render"],
        "logbucket": ["lindgren-trail-logs"], "tfbucket": ["lindgren-tfstate"],
        "cluster": ["prod"], "cirole": ["github-terraform"],
        "name": ["orders-api", "storefront", "lens-render"], "team": ["shop", "lab", "data"],
        "env": ["prod", "prod", "dev"],
        "person": [p.name for p in PEOPLE],
    }
    return Account(ACCOUNT, pools, make_padding(ids))


def permission_set(name):
    return identities.permission_set(name, ACCOUNT)


def stable_id(kind, name):
    """The id that IAM gave a role ("AROA") or user ("AIDA") once: the same on every day."""
    return kind + Ids(f"{kind}/{name}").text(17)


def long_term_key(user):
    return Ids(f"key/{user}").access_key()
