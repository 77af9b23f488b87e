#include "analyst/action.h"

#include <algorithm>
#include <iterator>

namespace trailwarden::analyst {
namespace {

// In order of the name, for binary search (a test checks it). Names: AWS Service Authorization
// Reference and the CloudTrail pages of each service.
// clang-format off
constexpr Action kActions[] = {
    {"AddPermission", "add", "added", "permission", "permissions", "to function", "function opened to others"},
    {"AddRoleToInstanceProfile", "set", "set", "instance profile role", "instance profile roles", "", "role put into an instance profile"},
    {"AddUserToGroup", "add", "added", "group membership", "group memberships", "for", "user added to a group"},
    {"AssociateIamInstanceProfile", "give", "gave", "role", "roles", "to instance", "role given to an instance"},
    {"AssumeRole", "assume", "assumed", "role", "roles", "", "role assumed"},
    {"AssumeRoleWithSAML", "assume", "assumed", "role", "roles", "", "role assumed"},
    {"AssumeRoleWithWebIdentity", "assume", "assumed", "role", "roles", "", "role assumed"},
    {"AssumeRoot", "assume", "assumed", "root session of a member account", "root sessions of member accounts", "", "root session assumed"},
    {"AttachGroupPolicy", "attach", "attached", "policy", "policies", "to group", "policy attached to a group"},
    {"AttachRolePolicy", "attach", "attached", "policy", "policies", "to role", "policy attached to a role"},
    {"AttachUserPolicy", "attach", "attached", "policy", "policies", "to user", "policy attached to a user"},
    {"AttachVolume", "attach", "attached", "volume", "volumes", "to instance", "volume attached"},
    {"AuthorizeSecurityGroupEgress", "open the way out of", "opened the way out of", "security group", "security groups", "", "security group opened"},
    {"AuthorizeSecurityGroupIngress", "open", "opened", "security group", "security groups", "", "security group opened"},
    {"BatchGetSecretValue", "read", "read", "secrets in bulk", "", "", "secrets read in bulk"},
    {"ChangePassword", "change", "changed", "their own password", "", "", "own password changed"},
    {"ConsoleLogin", "sign in to", "signed in to", "the AWS console", "", "", ""},
    {"Converse", "call", "called", "Bedrock model", "Bedrock models", "", "Bedrock model called"},
    {"ConverseStream", "call", "called", "Bedrock model", "Bedrock models", "", "Bedrock model called"},
    {"CopyObject", "copy", "copied", "S3 object", "S3 objects", "in bucket", "S3 objects copied"},
    {"CopySnapshot", "copy", "copied", "snapshot", "snapshots", "", "snapshot copied"},
    {"CreateAccessKey", "create", "created", "access key", "access keys", "for", "access key created"},
    {"CreateBucket", "create", "created", "bucket", "buckets", "", "bucket created"},
    {"CreateDBSnapshot", "take", "took", "database snapshot", "database snapshots", "", "database snapshot taken"},
    {"CreateEventSourceMapping", "connect", "connected", "function", "functions", "", "function connected to events"},
    {"CreateFunction", "create", "created", "Lambda function", "Lambda functions", "", "Lambda function created"},
    {"CreateFunctionUrlConfig", "publish a URL of", "published a URL of", "Lambda function", "Lambda functions", "", "Lambda function published"},
    {"CreateImage", "make", "made", "machine image", "machine images", "of instance", "machine image made"},
    {"CreateInstanceProfile", "create", "created", "instance profile", "instance profiles", "", "instance profile created"},
    {"CreateKeyPair", "create", "created", "EC2 key pair", "EC2 key pairs", "", "EC2 key pair created"},
    {"CreateLoginProfile", "create", "created", "console password", "console passwords", "for", "console password created"},
    {"CreateNetworkAclEntry", "change", "changed", "network ACL", "network ACLs", "", "network ACL changed"},
    {"CreateOpenIDConnectProvider", "add", "added", "identity provider", "identity providers", "", "identity provider added"},
    {"CreatePolicy", "create", "created", "policy", "policies", "", "policy created"},
    {"CreatePolicyVersion", "write", "wrote", "policy version", "policy versions", "of", "policy rewritten"},
    {"CreateRole", "create", "created", "role", "roles", "", "role created"},
    {"CreateRoute", "add", "added", "network route", "network routes", "", "network route added"},
    {"CreateSAMLProvider", "add", "added", "identity provider", "identity providers", "", "identity provider added"},
    {"CreateSecurityGroup", "create", "created", "security group", "security groups", "", "security group created"},
    {"CreateSnapshot", "take", "took", "disk snapshot", "disk snapshots", "", "disk snapshot taken"},
    {"CreateTrafficMirrorSession", "mirror", "mirrored", "network traffic", "", "", "network traffic mirrored"},
    {"CreateTrustAnchor", "create", "created", "trust anchor", "trust anchors", "", "trust anchor created"},
    {"CreateUser", "create", "created", "IAM user", "IAM users", "", "IAM user created"},
    {"DeactivateMFADevice", "deactivate", "deactivated", "MFA device", "MFA devices", "of", "MFA device deactivated"},
    {"DeleteAccountPasswordPolicy", "delete", "deleted", "the account's password policy", "", "", "password policy deleted"},
    {"DeleteAlarms", "delete", "deleted", "CloudWatch alarm", "CloudWatch alarms", "", "alarms deleted"},
    {"DeleteBucket", "delete", "deleted", "bucket", "buckets", "", "bucket deleted"},
    {"DeleteBucketEncryption", "remove", "removed", "the default encryption", "", "of bucket", "bucket encryption removed"},
    {"DeleteBucketPolicy", "delete", "deleted", "bucket policy", "bucket policies", "of", "bucket policy deleted"},
    {"DeleteBucketPublicAccessBlock", "remove", "removed", "the block of public access", "", "of bucket", "public access block removed"},
    {"DeleteConfigurationRecorder", "delete", "deleted", "AWS Config recorder", "AWS Config recorders", "", "AWS Config recorder deleted"},
    {"DeleteDBCluster", "delete", "deleted", "database cluster", "database clusters", "", "database cluster deleted"},
    {"DeleteDBInstance", "delete", "deleted", "database", "databases", "", "database deleted"},
    {"DeleteDeliveryChannel", "delete", "deleted", "AWS Config delivery channel", "AWS Config delivery channels", "", "AWS Config delivery stopped"},
    {"DeleteDetector", "delete", "deleted", "GuardDuty detector", "GuardDuty detectors", "", "GuardDuty switched off"},
    {"DeleteFlowLogs", "delete", "deleted", "VPC flow logs", "", "", "VPC flow logs deleted"},
    {"DeleteLogGroup", "delete", "deleted", "log group", "log groups", "", "log group deleted"},
    {"DeleteLogStream", "delete", "deleted", "log stream", "log streams", "", "log stream deleted"},
    {"DeleteModelInvocationLoggingConfiguration", "switch off", "switched off", "logging of model calls", "", "", "model call logging stopped"},
    {"DeleteObject", "delete", "deleted", "S3 object", "S3 objects", "from bucket", "S3 objects deleted"},
    {"DeleteObjects", "delete", "deleted", "S3 objects in bulk", "", "from bucket", "S3 objects deleted"},
    {"DeleteRolePermissionsBoundary", "remove", "removed", "permissions boundary", "permissions boundaries", "of role", "permissions boundary removed"},
    {"DeleteRule", "delete", "deleted", "EventBridge rule", "EventBridge rules", "", "EventBridge rule deleted"},
    {"DeleteSecret", "delete", "deleted", "secret", "secrets", "", "secret deleted"},
    {"DeleteSnapshot", "delete", "deleted", "snapshot", "snapshots", "", "snapshot deleted"},
    {"DeleteTrail", "delete", "deleted", "CloudTrail trail", "CloudTrail trails", "", "CloudTrail trail deleted"},
    {"DeleteUser", "delete", "deleted", "IAM user", "IAM users", "", "IAM user deleted"},
    {"DeleteUserPermissionsBoundary", "remove", "removed", "permissions boundary", "permissions boundaries", "of user", "permissions boundary removed"},
    {"DeleteVirtualMFADevice", "delete", "deleted", "MFA device", "MFA devices", "", "MFA device deleted"},
    {"DeleteVolume", "delete", "deleted", "disk volume", "disk volumes", "", "disk volume deleted"},
    {"DeleteWebACL", "delete", "deleted", "web firewall", "web firewalls", "", "web firewall deleted"},
    {"DescribeInstanceAttribute", "read", "read", "attributes (such as user data)", "", "of instance", "instance attributes read"},
    {"DisableAlarmActions", "silence", "silenced", "CloudWatch alarms", "", "", "alarms silenced"},
    {"DisableEbsEncryptionByDefault", "switch off", "switched off", "default disk encryption", "", "", "default disk encryption switched off"},
    {"DisableKey", "disable", "disabled", "KMS key", "KMS keys", "", "KMS key disabled"},
    {"DisableRule", "disable", "disabled", "EventBridge rule", "EventBridge rules", "", "EventBridge rule disabled"},
    {"DisableSecurityHub", "switch off", "switched off", "Security Hub", "", "", "Security Hub switched off"},
    {"EnableMFADevice", "enable", "enabled", "MFA device", "MFA devices", "for", "MFA device enabled"},
    {"EnableSerialConsoleAccess", "allow", "allowed", "serial console access", "", "", "serial console allowed"},
    {"GetAccountAuthorizationDetails", "read", "read", "every IAM setting of the account", "", "", "all IAM settings read"},
    {"GetCallerIdentity", "ask", "asked", "whose credentials these are", "", "", "identity asked for"},
    {"GetFederationToken", "get", "got", "federation token", "federation tokens", "for", "federation token issued"},
    {"GetObject", "read", "read", "S3 object", "S3 objects", "from bucket", "S3 objects read"},
    {"GetParameter", "read", "read", "SSM parameter", "SSM parameters", "", "SSM parameters read"},
    {"GetParameters", "read", "read", "SSM parameters", "", "", "SSM parameters read"},
    {"GetParametersByPath", "read", "read", "SSM parameters in bulk", "", "", "SSM parameters read in bulk"},
    {"GetPasswordData", "read", "read", "Windows password", "Windows passwords", "of instance", "Windows passwords read"},
    {"GetSecretValue", "read", "read", "secret", "secrets", "", "secrets read"},
    {"GetSessionToken", "get", "got", "session token", "session tokens", "for", "session token issued"},
    {"GetSigninToken", "get", "got", "console sign-in token", "console sign-in tokens", "for", "console sign-in token issued"},
    {"ImportKeyPair", "import", "imported", "EC2 key pair", "EC2 key pairs", "", "EC2 key pair imported"},
    {"InvokeModel", "call", "called", "Bedrock model", "Bedrock models", "", "Bedrock model called"},
    {"InvokeModelWithResponseStream", "call", "called", "Bedrock model", "Bedrock models", "", "Bedrock model called"},
    {"LeaveOrganization", "take", "took", "the account out of its organization", "", "", "account taken out of its organization"},
    {"ListBuckets", "list", "listed", "S3 buckets", "", "", "S3 buckets listed"},
    {"ListSecrets", "list", "listed", "secrets", "", "", "secrets listed"},
    {"ModifyDBClusterSnapshotAttribute", "change who may use", "changed who may use", "database snapshot", "database snapshots", "", "database snapshot shared"},
    {"ModifyDBInstance", "change", "changed", "database", "databases", "", "database settings changed"},
    {"ModifyDBSnapshotAttribute", "change who may use", "changed who may use", "database snapshot", "database snapshots", "", "database snapshot shared"},
    {"ModifyImageAttribute", "change who may use", "changed who may use", "machine image", "machine images", "", "machine image shared"},
    {"ModifyInstanceAttribute", "change", "changed", "instance attributes", "", "of", "instance attributes changed"},
    {"ModifyInstanceMetadataOptions", "change", "changed", "the metadata options", "", "of instance", "instance metadata options changed"},
    {"ModifySnapshotAttribute", "change who may use", "changed who may use", "disk snapshot", "disk snapshots", "", "disk snapshot shared"},
    {"PutBucketAcl", "change", "changed", "access list", "access lists", "of bucket", "bucket access list changed"},
    {"PutBucketLifecycle", "set", "set", "expiry rules", "", "on bucket", "bucket expiry rules set"},
    {"PutBucketLifecycleConfiguration", "set", "set", "expiry rules", "", "on bucket", "bucket expiry rules set"},
    {"PutBucketPolicy", "set", "set", "bucket policy", "bucket policies", "on", "bucket policy changed"},
    {"PutBucketPublicAccessBlock", "change", "changed", "the block of public access", "", "of bucket", "public access block changed"},
    {"PutBucketReplication", "set", "set", "replication", "", "of bucket", "bucket replication set"},
    {"PutBucketVersioning", "change", "changed", "versioning", "", "of bucket", "bucket versioning changed"},
    {"PutEventSelectors", "change", "changed", "what CloudTrail records", "", "", "CloudTrail event selection changed"},
    {"PutFoundationModelEntitlement", "request", "requested", "access to a model", "", "", "model access requested"},
    {"PutGroupPolicy", "add", "added", "inline policy", "inline policies", "to group", "inline policy added to a group"},
    {"PutKeyPolicy", "change", "changed", "key policy", "key policies", "of KMS key", "KMS key policy changed"},
    {"PutRolePolicy", "add", "added", "inline policy", "inline policies", "to role", "inline policy added to a role"},
    {"PutUserPolicy", "add", "added", "inline policy", "inline policies", "to user", "inline policy added to a user"},
    {"RegisterTaskDefinition", "register", "registered", "container task", "container tasks", "", "container task registered"},
    {"RunInstances", "start", "started", "new EC2 instances", "", "", "EC2 instances started"},
    {"RunTask", "run", "ran", "container task", "container tasks", "", "container task run"},
    {"ScheduleKeyDeletion", "schedule the deletion of", "scheduled the deletion of", "KMS key", "KMS keys", "", "KMS key deletion scheduled"},
    {"SendCommand", "run", "ran", "command", "commands", "on instance", "commands run on instances"},
    {"SendSSHPublicKey", "push", "pushed", "SSH key", "SSH keys", "to instance", "SSH key pushed to an instance"},
    {"SendSerialConsoleSSHPublicKey", "push", "pushed", "SSH key", "SSH keys", "to the serial console of", "SSH key pushed to a serial console"},
    {"SetDefaultPolicyVersion", "switch", "switched", "policy version", "policy versions", "of", "policy version switched"},
    {"StartExportTask", "export", "exported", "database snapshot", "database snapshots", "", "database snapshot exported"},
    {"StartSession", "open", "opened", "shell session", "shell sessions", "on", "shell session opened on an instance"},
    {"StopConfigurationRecorder", "stop", "stopped", "AWS Config recording", "", "", "AWS Config recording stopped"},
    {"StopInstances", "stop", "stopped", "EC2 instance", "EC2 instances", "", "EC2 instances stopped"},
    {"StopLogging", "switch off", "switched off", "CloudTrail logging", "", "of", "CloudTrail logging stopped"},
    {"SwitchRole", "switch to", "switched to", "another role in the console", "", "", "console role switched"},
    {"TerminateInstances", "terminate", "terminated", "EC2 instance", "EC2 instances", "", "EC2 instances terminated"},
    {"UpdateAccessKey", "change", "changed", "the state of an access key", "", "of", "access key state changed"},
    {"UpdateAccountPasswordPolicy", "change", "changed", "the account's password policy", "", "", "password policy changed"},
    {"UpdateAssumeRolePolicy", "change", "changed", "trust policy", "trust policies", "of role", "role trust policy changed"},
    {"UpdateDetector", "change", "changed", "GuardDuty detector", "GuardDuty detectors", "", "GuardDuty settings changed"},
    {"UpdateFunctionCode", "replace the code of", "replaced the code of", "Lambda function", "Lambda functions", "", "Lambda code replaced"},
    {"UpdateFunctionConfiguration", "change the settings of", "changed the settings of", "Lambda function", "Lambda functions", "", "Lambda settings changed"},
    {"UpdateLoginProfile", "change", "changed", "console password", "console passwords", "of", "console password changed"},
    {"UpdateSAMLProvider", "change", "changed", "identity provider", "identity providers", "", "identity provider changed"},
    {"UpdateTrail", "change", "changed", "CloudTrail trail", "CloudTrail trails", "", "CloudTrail trail changed"},
    {"UploadServerCertificate", "upload", "uploaded", "server certificate", "server certificates", "", "server certificate uploaded"},
};
// clang-format on

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "UpdateFunctionCode20150331v2" → "UpdateFunctionCode", "CreateDistribution2020_05_31" alike.
std::string_view without_api_date(std::string_view name) {
  const std::size_t last_letter = name.find_last_not_of("0123456789_v");
  const std::string_view tail = name.substr(last_letter + 1);
  const bool is_date = std::count_if(tail.begin(), tail.end(), is_digit) >= 8;
  return last_letter != std::string_view::npos && is_date ? name.substr(0, last_letter + 1) : name;
}

}  // namespace

std::span<const Action> all_actions() { return kActions; }

const Action* find_action(std::string_view event_name) {
  const std::string_view name = without_api_date(event_name);
  const auto* const found = std::lower_bound(
      std::begin(kActions), std::end(kActions), name,
      [](const Action& action, std::string_view wanted) { return action.event_name < wanted; });
  return found != std::end(kActions) && found->event_name == name ? found : nullptr;
}

}  // namespace trailwarden::analyst
