"""What the usual recipe watches: each of its calls gets a verdict and a reason.

The recipe sends calls of these services, as EventBridge hands them out, to a model and to Slack. Its
test event is an IAM user's CreateKeyPair.
"""

import json

import pytest
import running
from events import arn_of, by_eventbridge, record

CALLS = {
    "iam": """
        CreateUser DeleteUser UpdateUser CreateRole DeleteRole UpdateRole CreateGroup
        DeleteGroup AddUserToGroup RemoveUserFromGroup AttachUserPolicy DetachUserPolicy
        AttachRolePolicy DetachRolePolicy AttachGroupPolicy DetachGroupPolicy
        PutUserPolicy DeleteUserPolicy PutRolePolicy DeleteRolePolicy PutGroupPolicy
        DeleteGroupPolicy CreatePolicy DeletePolicy CreatePolicyVersion
        DeletePolicyVersion SetDefaultPolicyVersion CreateAccessKey UpdateAccessKey
        DeleteAccessKey CreateLoginProfile UpdateLoginProfile DeleteLoginProfile
        UpdateAssumeRolePolicy DeactivateMFADevice DeleteVirtualMFADevice EnableMFADevice
        CreateInstanceProfile DeleteInstanceProfile AddRoleToInstanceProfile
        RemoveRoleFromInstanceProfile UpdateAccountPasswordPolicy
        DeleteAccountPasswordPolicy CreateSAMLProvider UpdateSAMLProvider
        DeleteSAMLProvider CreateOpenIDConnectProvider DeleteOpenIDConnectProvider
        PutUserPermissionsBoundary DeleteUserPermissionsBoundary
        PutRolePermissionsBoundary DeleteRolePermissionsBoundary ChangePassword
        CreateAccountAlias DeleteAccountAlias UploadSSHPublicKey UploadServerCertificate
        UploadSigningCertificate
    """,
    "ec2": """
        CreateKeyPair ImportKeyPair DeleteKeyPair RunInstances StartInstances
        StopInstances RebootInstances TerminateInstances ModifyInstanceAttribute
        CreateSecurityGroup DeleteSecurityGroup AuthorizeSecurityGroupIngress
        AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress
        ModifySecurityGroupRules CreateVpc DeleteVpc CreateSubnet DeleteSubnet CreateRoute
        DeleteRoute ReplaceRoute CreateRouteTable DeleteRouteTable CreateInternetGateway
        AttachInternetGateway DetachInternetGateway DeleteInternetGateway CreateNatGateway
        DeleteNatGateway CreateVpcPeeringConnection AcceptVpcPeeringConnection
        DeleteVpcPeeringConnection CreateNetworkAcl DeleteNetworkAcl CreateNetworkAclEntry
        DeleteNetworkAclEntry ReplaceNetworkAclEntry CreateVolume DeleteVolume
        AttachVolume DetachVolume CreateSnapshot DeleteSnapshot ModifySnapshotAttribute
        CreateImage DeregisterImage ModifyImageAttribute AllocateAddress AssociateAddress
        ReleaseAddress DisassociateAddress DeleteFlowLogs AssociateIamInstanceProfile
        ReplaceIamInstanceProfileAssociation DisassociateIamInstanceProfile
        CreateVpcEndpoint DeleteVpcEndpoints CreateVpnConnection DeleteVpnConnection
    """,
    "s3": """
        CreateBucket DeleteBucket PutBucketPolicy DeleteBucketPolicy PutBucketAcl
        PutBucketPublicAccessBlock DeleteBucketPublicAccessBlock PutBucketEncryption
        DeleteBucketEncryption PutBucketVersioning PutBucketLogging PutBucketLifecycle
        PutBucketReplication DeleteBucketReplication DeleteBucketLifecycle PutBucketCors
        DeleteBucketCors PutBucketWebsite DeleteBucketWebsite PutBucketNotification
        PutBucketOwnershipControls PutBucketObjectLockConfiguration
        PutAccountPublicAccessBlock DeleteAccountPublicAccessBlock
    """,
    "rds": """
        CreateDBInstance DeleteDBInstance ModifyDBInstance StartDBInstance StopDBInstance
        RebootDBInstance CreateDBCluster DeleteDBCluster ModifyDBCluster StartDBCluster
        StopDBCluster CreateDBSnapshot DeleteDBSnapshot CopyDBSnapshot
        CreateDBClusterSnapshot DeleteDBClusterSnapshot ModifyDBSnapshotAttribute
        ModifyDBClusterSnapshotAttribute RestoreDBInstanceFromDBSnapshot
        RestoreDBInstanceToPointInTime RestoreDBClusterFromSnapshot
        AuthorizeDBSecurityGroupIngress CreateDBSecurityGroup DeleteDBSecurityGroup
        CreateDBParameterGroup ModifyDBParameterGroup DeleteDBParameterGroup
    """,
    "kms": """
        CreateKey DisableKey EnableKey ScheduleKeyDeletion CancelKeyDeletion PutKeyPolicy
        CreateAlias UpdateAlias DeleteAlias CreateGrant RevokeGrant DisableKeyRotation
        EnableKeyRotation ImportKeyMaterial DeleteImportedKeyMaterial
    """,
    "secretsmanager": """
        CreateSecret DeleteSecret UpdateSecret PutSecretValue GetSecretValue RestoreSecret
        RotateSecret CancelRotateSecret PutResourcePolicy DeleteResourcePolicy
        UpdateSecretVersionStage
    """,
    "config": """
        PutConfigRule DeleteConfigRule PutConfigurationRecorder
        DeleteConfigurationRecorder StartConfigurationRecorder StopConfigurationRecorder
        PutDeliveryChannel DeleteDeliveryChannel PutRetentionConfiguration
        DeleteRetentionConfiguration PutConfigurationAggregator
        DeleteConfigurationAggregator DeleteEvaluationResults PutConformancePack
        DeleteConformancePack PutRemediationConfigurations DeleteRemediationConfiguration
    """,
    "cloudtrail": """
        CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging PutEventSelectors
        PutInsightSelectors CreateEventDataStore UpdateEventDataStore DeleteEventDataStore
        RestoreEventDataStore StartEventDataStoreIngestion StopEventDataStoreIngestion
    """,
    "budgets": """
        CreateBudget UpdateBudget DeleteBudget ModifyBudget CreateNotification
        UpdateNotification DeleteNotification CreateSubscriber UpdateSubscriber
        DeleteSubscriber CreateBudgetAction UpdateBudgetAction DeleteBudgetAction
        ExecuteBudgetAction
    """,
    "signin": """
        ConsoleLogin SwitchRole
    """,
}


def event(number, service, call):
    one = record(number, eventSource=f"{service}.amazonaws.com", eventName=call, readOnly=False,
                 requestParameters={})  # fmt: skip
    if service != "signin":
        return by_eventbridge(one)
    one |= {"eventType": "AwsConsoleSignIn", "responseElements": {call: "Success"},
            "additionalEventData": {"MFAUsed": "Yes"}}  # fmt: skip
    return by_eventbridge(one, "AWS Console Sign In via CloudTrail")


@pytest.fixture(scope="module")
def notices(tmp_path_factory):
    """What watch says of each call, by service and call."""
    folder = tmp_path_factory.mktemp("recipe")
    calls = [(service, call) for service, names in CALLS.items() for call in names.split()]
    lines = [json.dumps(event(number, *call)) for number, call in enumerate(calls)]
    stream = folder / "events.jsonl"
    stream.write_text("\n".join(lines) + "\n")
    told = folder / "told.jsonl"
    with open(stream) as stdin:
        watch = running.Watch(folder, "--source", "-", "--min-verdict", "safe",
                              "--sink", f"jsonl:{told},min=safe", stdin=stdin)  # fmt: skip
        assert watch.process.wait(60) == 0, watch.said()
    by_actor = {}
    for line in told.read_text().splitlines():
        notice = json.loads(line)
        by_actor[notice["actor"]] = notice
    return {call: by_actor.get(arn_of(number)) for number, call in enumerate(calls)}


def test_each_call_gets_a_verdict_with_a_reason(notices):
    assert [call for call, notice in notices.items() if notice is None] == []
    for (service, call), notice in notices.items():
        assert notice["verdict"] in ("safe", "uncertain", "dangerous")
        assert notice["actions"][0]["name"] == call
        assert notice["title"] and notice["narrative"], call
        finding = notice["findings"][0]
        assert finding["title"] and call in finding["why"], (call, finding)


def test_its_own_test_event_is_safe_and_a_sign_in_fires(notices):
    assert notices["ec2", "CreateKeyPair"]["verdict"] == "safe"
    assert notices["signin", "ConsoleLogin"]["verdict"] == "safe"
    assert notices["cloudtrail", "StopLogging"]["verdict"] == "dangerous"
