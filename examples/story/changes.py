"""Honest changes of the day, some of which look like an attack at first sight."""

import json

from corpus import user_agents
from corpus.templates import load_apis

from . import company, sessions
from .day import at
from .routine import named

TERRAFORM_READS = (
    "GetCallerIdentity", "DescribeVpcs", "DescribeSecurityGroups", "DescribeSubnets",
    "DescribeRouteTables", "GetRole", "ListAttachedRolePolicies", "GetPolicyVersion",
    "GetRolePolicy", "GetBucketPolicy", "GetBucketTagging", "DescribeKey", "ListResourceRecordSets",
    "DescribeLoadBalancers")


def tell(day):
    terraform_runs(day.scene("terraform"))
    new_service_user(day.scene("label printer"))
    office_database_access(day.scene("office access"))
    forgotten_password(day.scene("karin"))
    denied(day.scene("denied"))
    evening_maintenance(day.scene("maintenance"))


def policy(*statements):
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return json.dumps(document, separators=(",", ":"))


def allow(actions, resource):
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def person(name):
    return next(p for p in company.PEOPLE if p.name == name)


def ingress(group, port, network, description):
    """AuthorizeSecurityGroupIngress: (request, response)."""
    permission = {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "groups": {},
                  "ipRanges": {"items": [{"cidrIp": network, "description": description}]},
                  "ipv6Ranges": {}, "prefixListIds": {}}
    rule = {"groupOwnerId": "<acct>", "groupId": group, "securityGroupRuleId": "sgr-<hex16>0",
            "isEgress": False, "ipProtocol": "tcp", "fromPort": port, "toPort": port,
            "cidrIpv4": network}
    return ({"groupId": group, "ipPermissions": {"items": [permission]}},
            {"requestId": "<uuid>", "_return": True, "securityGroupRuleSet": {"items": [rule]}})


def terraform_runs(scene):
    """Plans read a lot; two of them are applied and make roles, policies and network rules."""
    reads = list(named(load_apis(), "ci", TERRAFORM_READS).values())
    state = named(load_apis(), "ci", ("GetObject", "PutObject"))
    for clock, applies in (("07:58:10", None), ("09:14:40", returns_service), ("10:46:05", None),
                           ("13:07:30", lens_render_queue), ("14:32:20", None)):
        session = sessions.github(scene, clock, "infrastructure", scene.ids.pick(company.RUNNERS))
        now = at(clock) + 20
        scene.routine(session, now, state["GetObject"])
        for _ in range(62):
            now += int(scene.ids.random() * 2)
            scene.routine(session, now, scene.ids.pick(reads))
        if applies:
            now = applies(scene, session, now + 30)
            scene.routine(session, now + 5, state["PutObject"])


def make_role(scene, session, now, name, service, actions, resource):
    arn = f"arn:aws:iam::{company.ACCOUNT}:role/{name}"
    trust = policy(
        {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})
    scene.call(session, now, "iam", "CreateRole",
               {"roleName": name, "assumeRolePolicyDocument": trust, "path": "/",
                "maxSessionDuration": 3600},
               {"role": {"path": "/", "roleName": name, "roleId": "<aroa>", "arn": arn,
                         "createDate": "<humandate>"}})
    scene.call(session, now + 1, "iam", "PutRolePolicy",
               {"roleName": name, "policyName": "own-data",
                "policyDocument": policy(allow(actions, resource))})


def returns_service(scene, session, now):
    """A new Lambda function with its role: a working day's Terraform."""
    make_role(scene, session, now, "returns-role", "lambda.amazonaws.com",
              ["dynamodb:GetItem", "dynamodb:PutItem"],
              f"arn:aws:dynamodb:eu-north-1:{company.ACCOUNT}:table/orders")
    scene.call(session, now + 3, "iam", "AttachRolePolicy",
               {"roleName": "returns-role",
                "policyArn": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"})
    arn = f"arn:aws:lambda:eu-north-1:{company.ACCOUNT}:function:returns"
    role = f"arn:aws:iam::{company.ACCOUNT}:role/returns-role"
    scene.call(session, now + 12, "lambda", "CreateFunction20150331",
               {"functionName": "returns", "runtime": "python3.12", "role": role,
                "handler": "app.handler", "timeout": 30, "memorySize": 256, "publish": False,
                "code": {"s3Bucket": "lindgren-builds", "s3Key": "returns/<sha7>.zip"}},
               {"functionName": "returns", "functionArn": arn, "runtime": "python3.12",
                "role": role, "version": "$LATEST", "state": "Pending", "revisionId": "<uuid>"})
    scene.call(session, now + 15, "logs", "CreateLogGroup", {"logGroupName": "/aws/lambda/returns"})
    return now + 15


def lens_render_queue(scene, session, now):
    """A queue, a role and a rule for traffic inside the network."""
    name = "lens-render-jobs"
    url = f"https://sqs.eu-north-1.amazonaws.com/{company.ACCOUNT}/{name}"
    scene.call(session, now, "sqs", "CreateQueue",
               {"queueName": name, "attributes": {"SqsManagedSseEnabled": "true"}},
               {"queueUrl": url})
    make_role(scene, session, now + 2, "lens-render-jobs-role", "ecs-tasks.amazonaws.com",
              ["sqs:ReceiveMessage", "sqs:DeleteMessage"],
              f"arn:aws:sqs:eu-north-1:{company.ACCOUNT}:{name}")
    group = scene.account.pools["sg"][4]
    scene.call(session, now + 9, "ec2", "AuthorizeSecurityGroupIngress",
               *ingress(group, 8443, "10.20.0.0/16", "inside the network"))
    bucket = "lindgren-exports"
    tls_only = {"Sid": "TLSOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    scene.call(session, now + 11, "s3", "PutBucketPolicy",
               {"bucketName": bucket, "Host": f"{bucket}.s3.eu-north-1.amazonaws.com", "policy": "",
                "bucketPolicy": {"Version": "2012-10-17", "Statement": [tls_only]}})
    return now + 11


def new_service_user(scene):
    """Looks like a backdoor: an administrator makes a user with a key, for a label printer."""
    elin, name = person("elin.sund"), "svc-label-printer"
    session = sessions.person(scene, elin, "08:31:12", company.OFFICE[0], user_agents.BROWSER[0])
    arn = f"arn:aws:iam::{company.ACCOUNT}:user/{name}"
    scene.call(session, "08:36:40", "iam", "CreateUser",
               {"userName": name, "tags": [{"key": "owner", "value": "warehouse"},
                                           {"key": "ticket", "value": "OPS-2214"}]},
               {"user": {"path": "/", "userName": name, "userId": "<aida>", "arn": arn,
                         "createDate": "<humandate>"}})
    labels = allow("s3:GetObject", "arn:aws:s3:::lindgren-exports/labels/*")
    scene.call(session, "08:37:55", "iam", "PutUserPolicy",
               {"userName": name, "policyName": "read-labels", "policyDocument": policy(labels)})
    scene.call(session, "08:39:20", "iam", "CreateAccessKey", {"userName": name},
               {"accessKey": {"userName": name, "accessKeyId": "<akia>", "status": "Active",
                              "createDate": "<humandate>"}})


def office_database_access(scene):
    """Looks like a hole in the wall: a database port is opened, but to the office alone."""
    session = sessions.person(scene, person("jonas.vik"), "09:50:00", company.OFFICE[1],
                              user_agents.COMMAND_LINE[0], console=False)
    group = scene.account.pools["sg"][2]
    scene.call(session, "09:52:31", "ec2", "DescribeSecurityGroups",
               {"securityGroupSet": {}, "securityGroupIdSet": {"items": [{"groupId": group}]},
                "filterSet": {}})
    scene.call(session, "09:53:18", "ec2", "AuthorizeSecurityGroupIngress",
               *ingress(group, 5432, company.OFFICE_NETWORK, "office, OPS-2219"))


def forgotten_password(scene):
    """Looks like guessing: a sign-in fails, the next succeeds, with the second factor."""
    session = sessions.legacy_user("karin.ek", company.OFFICE[0], user_agents.BROWSER[1])
    session.identity = session.identity.replace(
        company.long_term_key("karin.ek"), "")  # A console sign-in uses no access key.
    scene.sign_in(session, "07:11:38", mfa=False, failure="Failed authentication")
    scene.sign_in(session, "07:12:26", mfa=True)
    looks = named(load_apis(), "hu", ("DescribeDBInstances", "DescribeAlarms", "ListBuckets"))
    session.from_console = True
    session.identity = session.identity.replace(
        '"accessKeyId":""', f'"accessKeyId":"{scene.ids.session_key()}"')
    for minute, api in enumerate(looks.values()):
        scene.routine(session, at("07:14") + 95 * minute, api)


def denied(scene):
    """People run into the limits of their rights, and leave it at that."""
    david = sessions.person(scene, person("david.okoye"), "10:02:10", company.OFFICE[1],
                            user_agents.COMMAND_LINE[1], console=False)
    scene.call(david, "10:04:47", "secretsmanager", "GetSecretValue",
               {"secretId": "prod/prescriptions/db"}, read_only=True,
               error=("AccessDeniedException", "User: <arn> is not authorized to perform: "
                      "secretsmanager:GetSecretValue on resource: prod/prescriptions/db"))
    tomas = sessions.person(scene, person("tomas.berg"), "12:58:00", company.OFFICE[0],
                            user_agents.BROWSER[2])
    scene.call(tomas, "13:01:22", "iam", "ListUsers", {"maxItems": 1000},
               error=("AccessDenied", "User: <arn> is not authorized to perform: iam:ListUsers on "
                      "resource: arn:aws:iam::<acct>:user/ because no identity-based policy allows "
                      "the iam:ListUsers action"))
    scene.call(tomas, "13:02:05", "s3", "GetBucketAcl",
               {"bucketName": "lindgren-prescriptions", "acl": "",
                "Host": "lindgren-prescriptions.s3.eu-north-1.amazonaws.com"},
               error=("AccessDenied", "Access Denied"))


def evening_maintenance(scene):
    """Leo works late: patches an instance by Session Manager and stops the test machines."""
    session = sessions.person(scene, person("leo.martins"), "18:40:00", person("leo.martins").home,
                              user_agents.COMMAND_LINE[0], console=False)
    instances = scene.account.pools["iid"]
    scene.call(session, "18:44:10", "ssm", "StartSession", {"target": instances[3]},
               {"sessionId": "leo.martins-<hex16>0", "streamUrl": "HIDDEN",
                "tokenValue": "Value hidden due to security reasons."}, read_only=False)
    scene.call(session, "19:21:35", "ssm", "TerminateSession",
               {"sessionId": "leo.martins-<hex16>0"})
    for clock, instance in (("19:30:02", instances[7]), ("19:30:04", instances[8])):
        state = {"instanceId": instance, "currentState": {"code": 64, "name": "stopping"},
                 "previousState": {"code": 16, "name": "running"}}
        scene.call(session, clock, "ec2", "StopInstances",
                   {"instancesSet": {"items": [{"instanceId": instance}]}, "force": False},
                   {"requestId": "<uuid>", "instancesSet": {"items": [state]}})
