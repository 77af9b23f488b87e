#include "cloudtrail/event.h"

namespace trailwarden::cloudtrail {
namespace {

using json::FieldId;
using json::Kind;
using json::Projected;

// Requests name the thing they act on under these names. The more telling ones come first: a call
// that attaches a policy (policyArn) to a role (roleName) is about the role.
constexpr std::string_view kTargetNames[] = {
    "userName",
    "roleName",
    "groupName",
    "roleArn",
    "bucketName",
    "functionName",
    "secretId",
    "instanceId",
    "instancesSet.items.instanceId",
    "groupId",
    "snapshotId",
    "imageId",
    "dBSnapshotIdentifier",
    "dBClusterSnapshotIdentifier",
    "dBInstanceIdentifier",
    "keyId",
    "detectorId",
    "modelId",
    "name",
    "policyArn",
};

// AWS writes this where a failed sign-in named no user of the account: people type passwords there.
constexpr std::string_view kHiddenName = "HIDDEN_DUE_TO_SECURITY_REASONS";

// The field's first value that is a text or a number (exports write account ids as numbers).
std::string_view scalar(FieldId field, Projected& found) {
  for (std::uint32_t at = found.first(field); at != Projected::kNone;) {
    const json::Value& value = found.value(at);
    if (value.kind == Kind::String) return value.has_escapes ? found.text_of(value) : value.raw;
    if (value.kind == Kind::Number) return value.raw;
    at = value.next;
  }
  return {};
}

std::string_view without_brackets(std::string_view agent) {
  if (agent.size() < 2 || agent.front() != '[' || agent.back() != ']') return agent;
  return agent.substr(1, agent.size() - 2);
}

std::string_view partition_of(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  return "aws";
}

// Failed sign-ins name the user but give no ARN. Put together, it makes the failures and the
// success that may follow one actor's. (Users below a path have a longer ARN and stay apart.)
std::string_view made_up_arn(std::string_view resource, std::string_view name,
                             std::string_view account, const Event& event, Projected& found) {
  std::string arn = "arn:";
  arn.append(partition_of(event.region)).append(":iam::").append(account).append(":");
  return found.keep(arn.append(resource).append(name));
}

std::string_view first_of(std::string_view a, std::string_view b, std::string_view c = {}) {
  if (!a.empty()) return a;
  return b.empty() ? c : b;
}

bool is_anonymous_name(std::string_view text) {
  return text == "ANONYMOUS_PRINCIPAL" || text == "anonymous" || text == "Anonymous" ||
         text == kHiddenName;
}

// Who acted where userIdentity has no ARN: see the userIdentity page for what each type holds.
std::string_view principal_without_arn(const EventFields& at, const Event& event,
                                       Projected& found) {
  const std::string_view name = scalar(at.user_name, found);
  if (is_anonymous_name(name)) return {};
  const std::string_view account = scalar(at.user_account, found);
  const std::string_view id = scalar(at.user_principal_id, found);
  if (event.user_type == "AWSService") return first_of(scalar(at.invoked_by, found), id);
  if (event.user_type == "IAMUser" && !name.empty() && !account.empty()) {
    return made_up_arn("user/", name, account, event, found);
  }
  if (event.user_type == "Root" && !account.empty()) {
    return made_up_arn("root", "", account, event, found);
  }
  if (event.user_type == "SAMLUser" || event.user_type == "WebIdentityUser") {
    return first_of(name, id);
  }
  const std::string_view service = scalar(at.invoked_by, found);
  if (event.user_type.empty() && !service.empty()) return service;
  const std::string_view best = first_of(id, first_of(name, scalar(at.on_behalf_of, found)));
  const std::string_view whole = first_of(best, event.user_type.empty() ? "" : account);
  return is_anonymous_name(whole) ? std::string_view{} : whole;
}

// "arn:aws:sts::1:assumed-role/ROLE/SESSION" without its session.
std::string_view role_of_session(std::string_view arn) {
  const std::size_t slash = arn.rfind('/');
  return slash == std::string_view::npos ? arn : arn.substr(0, slash);
}

void read_identity(const EventFields& at, Projected& found, Event& event) {
  event.user_type = scalar(at.user_type, found);
  event.access_key = scalar(at.access_key, found);
  event.principal = scalar(at.user_arn, found);
  if (event.principal.empty()) {
    event.principal = principal_without_arn(at, event, found);
    // Records of services may name nobody; the caller cannot choose what stands in the address.
    if (event.principal.empty() && event.source_ip.ends_with(".amazonaws.com")) {
      event.principal = event.source_ip;
      event.is_service = true;
    }
    event.is_service = event.is_service || (event.user_type.empty() && found.has(at.invoked_by));
  }
  event.is_service = event.is_service || event.user_type == "AWSService";
  event.is_anonymous = event.principal.empty();
  event.user = event.is_anonymous ? "anonymous" : event.principal;
  if (event.user_type == "AssumedRole") {
    const std::string_view role = scalar(at.issuer_arn, found);
    event.user = first_of(role.empty() ? role_of_session(event.principal) : role, event.user);
    event.is_service = role.find(":role/aws-service-role/") != std::string_view::npos;
  }
}

}  // namespace

EventFields EventFields::add_to(json::ProjectionBuilder& builder) {
  EventFields fields{.event_id = builder.add("eventID"),
                     .event_time = builder.add("eventTime"),
                     .timestamp = builder.add("@timestamp"),
                     .event_source = builder.add("eventSource"),
                     .event_name = builder.add("eventName"),
                     .region = builder.add("awsRegion"),
                     .source_ip = builder.add("sourceIPAddress"),
                     .user_agent = builder.add("userAgent"),
                     .error_code = builder.add("errorCode"),
                     .error_message = builder.add("errorMessage"),
                     .recipient_account = builder.add("recipientAccountId"),
                     .user_type = builder.add("userIdentity.type"),
                     .user_arn = builder.add("userIdentity.arn"),
                     .user_principal_id = builder.add("userIdentity.principalId"),
                     .user_account = builder.add("userIdentity.accountId"),
                     .user_name = builder.add("userIdentity.userName"),
                     .on_behalf_of = builder.add("userIdentity.onBehalfOf.userId"),
                     .invoked_by = builder.add("userIdentity.invokedBy"),
                     .access_key = builder.add("userIdentity.accessKeyId"),
                     .issuer_arn = builder.add("userIdentity.sessionContext.sessionIssuer.arn"),
                     .targets = {}};
  static_assert(std::size(kTargetNames) == std::tuple_size_v<decltype(fields.targets)>);
  for (std::size_t i = 0; i < fields.targets.size(); ++i) {
    fields.targets[i] = builder.add("requestParameters." + std::string(kTargetNames[i]));
  }
  return fields;
}

Event read_event(const EventFields& fields, Projected& found) {
  Event event;
  event.id = scalar(fields.event_id, found);
  event.time = parse_time(scalar(fields.event_time, found));
  if (!event.time) event.time = parse_time(scalar(fields.timestamp, found));
  event.source = scalar(fields.event_source, found);
  event.name = scalar(fields.event_name, found);
  event.region = scalar(fields.region, found);
  event.source_ip = scalar(fields.source_ip, found);
  event.user_agent = without_brackets(scalar(fields.user_agent, found));
  event.error_code = scalar(fields.error_code, found);
  event.error_message = scalar(fields.error_message, found);
  event.account = scalar(fields.recipient_account, found);
  if (event.account.empty()) event.account = scalar(fields.user_account, found);
  read_identity(fields, found, event);
  return event;
}

std::string actor_of(const Event& event) {
  if (event.is_anonymous) {
    return "address " + std::string(event.source_ip.empty() ? "unknown" : event.source_ip);
  }
  std::string actor(event.principal);
  const bool has_arn = actor.starts_with("arn:");
  if (event.is_service && !has_arn) actor.insert(0, "service ");
  if (!has_arn && !event.account.empty()) actor.append(" in ").append(event.account);
  return actor;
}

std::string_view target_of(const EventFields& fields, Projected& found) {
  for (const FieldId field : fields.targets) {
    const std::string_view text = scalar(field, found);
    if (!text.empty()) return text;
  }
  return {};
}

}  // namespace trailwarden::cloudtrail
