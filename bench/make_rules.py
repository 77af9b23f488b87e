#!/usr/bin/env python3
"""Writes COUNT distinct Sigma rules into a folder: what a big rule pack costs.

    make_rules.py COUNT FOLDER

Like SigmaHQ's CloudTrail rules (843 of 850), 119 of 120 name the API call and ask for one or two
things more; the rest look at every record. The calls are real ones, half of them such as the corpus
holds. The rules of a smaller count are the first of a larger one. They are made to be evaluated
often and to match hardly ever, as good rules are.
"""

import ipaddress
import json
import pathlib
import random
import sys
import uuid

HERE = pathlib.Path(__file__).resolve().parent
RARE_CALLS = {
    "iam": "AttachUserPolicy PutUserPolicy CreatePolicyVersion SetDefaultPolicyVersion "
           "UpdateAssumeRolePolicy CreateLoginProfile UpdateLoginProfile DeactivateMFADevice "
           "DeleteVirtualMFADevice CreateSAMLProvider UpdateSAMLProvider AddUserToGroup "
           "PutGroupPolicy AttachGroupPolicy CreateInstanceProfile AddRoleToInstanceProfile "
           "DeleteAccountPasswordPolicy CreateVirtualMFADevice CreateOpenIDConnectProvider",
    "cloudtrail": "StopLogging DeleteTrail UpdateTrail PutEventSelectors DeleteEventDataStore",
    "ec2": "ModifySnapshotAttribute ModifyImageAttribute CreateKeyPair ImportKeyPair "
           "AuthorizeSecurityGroupEgress GetPasswordData DeleteFlowLogs CreateRoute "
           "CreateTrafficMirrorSession EnableSerialConsoleAccess ModifyInstanceAttribute "
           "DisableEbsEncryptionByDefault CreateVpcPeeringConnection DeleteSnapshot "
           "CopySnapshot ExportImage AssociateIamInstanceProfile",
    "s3": "PutBucketAcl PutObjectAcl DeleteBucketPolicy DeleteBucket PutBucketLifecycle "
          "PutBucketReplication DeleteBucketEncryption PutBucketVersioning PutBucketLogging",
    "kms": "ScheduleKeyDeletion DisableKey PutKeyPolicy CreateGrant ImportKeyMaterial",
    "guardduty": "DeleteDetector UpdateDetector CreateIPSet DeleteMembers StopMonitoringMembers",
    "lambda": "AddPermission20150331v2 UpdateFunctionConfiguration20150331v2 "
              "CreateFunction20150331 CreateEventSourceMapping20150331",
    "ssm": "SendCommand CreateAssociation GetParametersByPath ModifyDocumentPermission",
    "rds": "ModifyDBSnapshotAttribute ModifyDBInstance DeleteDBInstance RestoreDBInstanceFromS3",
    "organizations": "LeaveOrganization RemoveAccountFromOrganization DetachPolicy",
    "config": "StopConfigurationRecorder DeleteConfigurationRecorder DeleteDeliveryChannel",
    "securityhub": "DisableSecurityHub BatchUpdateFindings DeleteMembers",
    "route53": "DisableQueryLogging DeleteHostedZone TransferDomainToAnotherAwsAccount",
    "secretsmanager": "PutResourcePolicy DeleteSecret RestoreSecret UpdateSecret",
}
CONDITIONS = (  # Field with modifiers, values; {} is the rule's number: no two rules are the same.
    ("userAgent|contains", ["kali-{}", "pentest-{}"]),
    ("requestParameters.userName|startswith", ["tmp{}-"]),
    ("requestParameters.roleName|endswith", ["-shadow{}"]),
    ("sourceIPAddress|cidr", ["{}/32"]),
    ("userIdentity.arn|contains", [":assumed-role/unknown-{}"]),
    ("userIdentity.sessionContext.sessionIssuer.userName", ["break-glass-{}"]),
    ("requestParameters.policyArn|endswith", ["/FullAccess{}"]),
    ("errorMessage|contains|all", ["explicit deny", "policy-{}"]),
    ("requestParameters.instanceType|re", ["^(p|g){}\\.[0-9]+xlarge$"]),
    ("requestParameters.bucketName|contains", ["finance{}", "payroll{}"]),
    ("awsRegion", ["xx-west-{}"]),
    ("recipientAccountId", ["9990000{:05}"]),
)


def calls():
    common = {(api["service"], api["name"]) for api in json.loads(
        (HERE / "corpus" / "apis.json").read_text())["apis"]}
    rare = {(service, name) for service, names in RARE_CALLS.items() for name in names.split()}
    return sorted(common), sorted(rare - common)


def rule(number, call, draw):
    selection = {}
    if call:
        selection = {"eventSource": call[0] + ".amazonaws.com", "eventName": call[1]}
    for field, values in draw.sample(CONDITIONS, 1 if call is None else draw.choice((1, 1, 2))):
        what = ipaddress.ip_address("100.64.0.0") + number if "cidr" in field else number
        selection[field] = [value.format(what) for value in values]
    if call is None:
        selection["userAgent|contains"] = [f"scan-tool-{number}"]
    lines = "".join(f"    {json.dumps(field)}: {json.dumps(value)}\n"
                    for field, value in selection.items())
    return (
        f"title: Bench rule {number}\n"
        f"id: {uuid.UUID(int=draw.getrandbits(128), version=4)}\n"
        "status: test\n"
        "description: Made for the bench; says nothing about security.\n"
        "logsource:\n  product: aws\n  service: cloudtrail\n"
        f"detection:\n  selection:\n{lines}"
        "  filter:\n    errorCode: Client.DryRunOperation\n"
        "  condition: selection and not filter\n"
        f"level: {draw.choice(('low', 'medium', 'high'))}\n")


def make_rules(count, folder):
    """Writes the first `count` rules; what the folder held is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.yml"):
        old.unlink()
    common, rare = calls()
    for number in range(count):
        draw = random.Random(f"rule {number}")
        call = None if number % 120 == 59 else draw.choice(common if number % 2 == 0 else rare)
        (folder / f"bench_{number:04d}.yml").write_text(rule(number, call, draw))


if __name__ == "__main__":
    make_rules(int(sys.argv[1]), pathlib.Path(sys.argv[2]))
