"""The attack: a build server's long-term key, leaked, in the hands of a stranger after lunch."""

from corpus.templates import Session
from corpus import identities

from . import company, sessions
from .changes import allow, ingress, policy

FIRST_ADDRESS, SECOND_ADDRESS = "198.51.100.213", "192.0.2.23"
FOREIGN_ACCOUNT = "999988887777"
STOLEN_USER, BACKDOOR_USER = "jenkins-deploy", "svc-metrics-agent"
OWN_POLICY = f"arn:aws:iam::{company.ACCOUNT}:policy/JenkinsDeploy"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
SECRETS = ("prod/orders/db", "prod/prescriptions/db", "prod/mail/smtp", "prod/payments/api-key",
           "prod/erp/service-account")
COMMAND_LINE = (
    "aws-cli/2.17.9 md/awscrt#0.20.11 ua/2.0 os/linux#6.8.0-39-generic md/arch#x86_64 "
    "lang/python#3.11.9 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off "
    "md/command#")
SCRIPT = (
    "Boto3/1.34.131 md/Botocore#1.34.131 ua/2.0 os/linux#6.8.0-39-generic md/arch#x86_64 "
    "lang/python#3.12.3 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.131")
BROWSER = ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
           "Chrome/126.0.0.0 Safari/537.36")


def tell(day):
    """Adds the attack's records and returns the truth about them."""
    attack = Attack(day.scene("attack"))
    attack.look_around()
    attack.try_in_vain()
    attack.take_over()
    attack.stay()
    attack.blind()
    attack.steal()
    attack.abuse()
    return attack.truth


class Attack:
    def __init__(self, scene):
        self._scene, self.truth = scene, []
        self._address = FIRST_ADDRESS

    def _note(self, record, technique, what):
        self.truth.append({"event_id": record["eventID"], "event_time": record["eventTime"],
                           "event_name": record["eventName"], "technique": technique,
                           "error_code": record.get("errorCode"), "what": what})

    def _call(self, technique, what, clock, service, name, request=None, response=None, *,
              by_script=False, **shape):
        command = f"{service}.{name[0].lower()}{''.join(_dashed(c) for c in name[1:])}"
        agent = SCRIPT if by_script else COMMAND_LINE + command
        session = sessions.legacy_user(STOLEN_USER, self._address, agent)
        self._note(self._scene.call(session, clock, service, name, request, response, **shape),
                   technique, what)

    def _denied(self, technique, what, clock, service, name, request=None, *, action, why=None,
                **shape):
        why = why or f"because no identity-based policy allows the {action} action"
        message = f"User: <arn> is not authorized to perform: {action} {why}"
        code = "Client.UnauthorizedOperation" if service == "ec2" else "AccessDenied"
        self._call(technique, what, clock, service, name, request, error=(code, message), **shape)

    def look_around(self):
        self._call("T1078.004", "asks whose key this is", "12:41:08", "sts", "GetCallerIdentity",
                   region="us-east-1")
        self._denied("T1087.004", "wants the list of users", "12:41:52", "iam", "ListUsers",
                     action="iam:ListUsers")
        self._denied("T1087.004", "wants every user, role and policy at once", "12:42:03", "iam",
                     "GetAccountAuthorizationDetails", action="iam:GetAccountAuthorizationDetails")
        self._denied("T1069.003", "wants the list of roles", "12:42:20", "iam", "ListRoles",
                     action="iam:ListRoles")
        self._denied("T1619", "wants the list of buckets", "12:42:41", "s3", "ListBuckets",
                     {"Host": "s3.us-east-1.amazonaws.com"}, action="s3:ListAllMyBuckets",
                     region="us-east-1")
        self._call("T1580", "lists the instances", "12:43:01", "ec2", "DescribeInstances",
                   {"instancesSet": {}, "filterSet": {}})
        self._denied("T1526", "wants the names of the secrets", "12:43:30", "secretsmanager",
                     "ListSecrets", {"maxResults": 100}, action="secretsmanager:ListSecrets")
        user = {"userName": STOLEN_USER}
        self._call("T1087.004", "looks at its own user", "12:43:55", "iam", "GetUser")
        self._call("T1069.003", "lists its own managed policies", "12:44:10", "iam",
                   "ListAttachedUserPolicies", user)
        self._call("T1069.003", "lists its own inline policies", "12:44:31", "iam",
                   "ListUserPolicies", user)
        self._call("T1069.003", "looks up its policy", "12:44:50", "iam", "GetPolicy",
                   {"policyArn": OWN_POLICY})
        self._call("T1069.003", "reads its policy", "12:45:05", "iam", "GetPolicyVersion",
                   {"policyArn": OWN_POLICY, "versionId": "v3"})

    def try_in_vain(self):
        attach = {"userName": STOLEN_USER, "policyArn": ADMINISTRATOR}
        self._denied("T1098.003", "tries to make itself administrator", "12:45:40", "iam",
                     "AttachUserPolicy", attach, action="iam:AttachUserPolicy")
        self._denied("T1098.003", "tries to give itself an inline policy", "12:46:02", "iam",
                     "PutUserPolicy",
                     {"userName": STOLEN_USER, "policyName": "deploy",
                      "policyDocument": policy(allow("*", "*"))}, action="iam:PutUserPolicy")
        self._denied("T1098.001", "tries to make a key for an administrator", "12:46:48", "iam",
                     "CreateAccessKey", {"userName": "karin.ek"}, action="iam:CreateAccessKey")

    def take_over(self):
        self._call("T1069.003", "lists the versions of its policy", "12:48:30", "iam",
                   "ListPolicyVersions", {"policyArn": OWN_POLICY})
        self._call("T1098.003", "writes a new version of its own policy that allows everything",
                   "12:49:12", "iam", "CreatePolicyVersion",
                   {"policyArn": OWN_POLICY, "setAsDefault": True,
                    "policyDocument": policy(allow("*", "*"))},
                   {"policyVersion": {"versionId": "v4", "isDefaultVersion": True,
                                      "createDate": "<humandate>"}})
        self._call("T1098.003", "makes itself administrator", "12:50:03", "iam", "AttachUserPolicy",
                   {"userName": STOLEN_USER, "policyArn": ADMINISTRATOR})
        self._call("T1087.004", "lists the users", "12:50:40", "iam", "ListUsers")
        self._call("T1087.004", "reads every user, role and policy", "12:51:05", "iam",
                   "GetAccountAuthorizationDetails")
        self._call("T1619", "lists the buckets", "12:51:30", "s3", "ListBuckets",
                   {"Host": "s3.us-east-1.amazonaws.com"}, region="us-east-1")

    def stay(self):
        name = BACKDOOR_USER
        arn = f"arn:aws:iam::{company.ACCOUNT}:user/{name}"
        self._backdoor_key = self._scene.ids.access_key()
        self._call("T1136.003", "creates a user with an innocent name", "12:52:40", "iam",
                   "CreateUser", {"userName": name},
                   {"user": {"path": "/", "userName": name, "arn": arn,
                             "createDate": "<humandate>",
                             "userId": company.stable_id("AIDA", name)}})
        self._call("T1098.003", "makes the new user administrator", "12:53:02", "iam",
                   "AttachUserPolicy", {"userName": name, "policyArn": ADMINISTRATOR})
        self._call("T1098.001", "creates an access key for it", "12:53:25", "iam",
                   "CreateAccessKey", {"userName": name},
                   {"accessKey": {"userName": name, "accessKeyId": self._backdoor_key,
                                  "status": "Active", "createDate": "<humandate>"}})
        self._call("T1098", "gives it a console password", "12:53:50", "iam",
                   "CreateLoginProfile", {"userName": name, "passwordResetRequired": False},
                   {"loginProfile": {"userName": name, "createDate": "<humandate>",
                                     "passwordResetRequired": False}})

    def blind(self):
        def trail(name):
            return f"arn:aws:cloudtrail:{company.HOME_REGION}:{company.ACCOUNT}:trail/{name}"

        self._call("T1654", "looks for the trails", "12:56:10", "cloudtrail", "DescribeTrails",
                   {"trailNameList": [], "includeShadowTrails": True})
        self._denied("T1685.002", "tries to stop the organisation's trail", "12:56:32",
                     "cloudtrail", "StopLogging", {"name": trail("org-trail")},
                     action="cloudtrail:StopLogging",
                     why="with an explicit deny in a service control policy")
        self._call("T1685.002", "stops the account's own trail", "12:56:44", "cloudtrail",
                   "StopLogging", {"name": trail("lindgren-security")})
        self._call("T1518.001", "looks for GuardDuty", "12:57:20", "guardduty", "ListDetectors",
                   {"maxResults": 50})

    def steal(self):
        self._address = SECOND_ADDRESS
        self._call("T1526", "lists the secrets", "13:02:11", "secretsmanager", "ListSecrets",
                   {"maxResults": 100}, by_script=True)
        for number, secret in enumerate(SECRETS):
            self._call("T1555.006", "reads a secret", f"13:02:{14 + 2 * number}", "secretsmanager",
                       "GetSecretValue", {"secretId": secret}, by_script=True)
        self._call("T1552", "reads all parameters, decrypted", "13:03:02", "ssm",
                   "GetParametersByPath",
                   {"path": "/", "recursive": True, "withDecryption": True, "maxResults": 10},
                   by_script=True)
        self._call("T1580", "lists the snapshots", "13:08:19", "ec2", "DescribeSnapshots",
                   {"ownersSet": {"items": [{"owner": "self"}]}, "maxResults": 200})
        share = {"items": [{"userId": FOREIGN_ACCOUNT}]}
        for clock, snapshot in (("13:09:44", 0), ("13:10:05", 1)):
            self._call("T1537", "shares a disk snapshot with a foreign account", clock, "ec2",
                       "ModifySnapshotAttribute",
                       {"snapshotId": self._scene.account.pools["snap"][snapshot],
                        "attributeType": "CREATE_VOLUME_PERMISSION",
                        "createVolumePermission": {"add": share}},
                       {"requestId": "<uuid>", "_return": True})
        dump = "rds:orders-2026-03-11-03-05"
        self._call("T1537", "shares a database snapshot with a foreign account", "13:11:51", "rds",
                   "ModifyDBSnapshotAttribute",
                   {"dBSnapshotIdentifier": dump, "attributeName": "restore",
                    "valuesToAdd": [FOREIGN_ACCOUNT]},
                   {"dBSnapshotIdentifier": dump, "dBSnapshotAttributes": [
                       {"attributeName": "restore", "attributeValues": [FOREIGN_ACCOUNT]}]})

    def abuse(self):
        machines = {"items": [{"imageId": "<ami>", "minCount": 8, "maxCount": 8}]}
        for clock, region in (("13:16:20", "us-east-1"), ("13:17:02", "eu-west-1")):
            self._call("T1496.001", "wants eight GPU machines, and is refused for lack of quota",
                       clock, "ec2", "RunInstances",
                       {"instancesSet": machines, "instanceType": "p3.8xlarge",
                        "blockDeviceMapping": {}, "monitoring": {"enabled": False},
                        "disableApiTermination": False},
                       region=region,
                       error=("Client.VcpuLimitExceeded",
                              "You have requested more vCPU capacity than your current vCPU limit "
                              "of 0 allows for the instance bucket that the specified instance "
                              "type belongs to. Please visit "
                              "http://aws.amazon.com/contact-us/ec2-request to request an "
                              "adjustment to this limit."))
        self._call("T1686.001", "opens SSH to the world", "13:20:37", "ec2",
                   "AuthorizeSecurityGroupIngress",
                   *ingress(self._scene.account.pools["sg"][0], 22, "0.0.0.0/0", ""))
        identity, arn = identities.iam_user(
            company.ACCOUNT, BACKDOOR_USER, company.stable_id("AIDA", BACKDOOR_USER),
            self._backdoor_key)
        tries = self._scene.call(
            Session(identity, arn, SECOND_ADDRESS, COMMAND_LINE + "sts.get-caller-identity"),
            "13:26:15", "sts", "GetCallerIdentity", region="us-east-1")
        self._note(tries, "T1078.004", "tries the new user's key")
        identity = identity.replace(self._backdoor_key, "")
        enters = self._scene.sign_in(Session(identity, arn, SECOND_ADDRESS, BROWSER), "13:29:48",
                                     mfa=False, region="us-east-1")
        self._note(enters, "T1078.004", "signs in to the console as the new user, without MFA")


def _dashed(letter):
    return "-" + letter.lower() if letter.isupper() else letter
