#include "cloudtrail/container.h"

#include <optional>

#include "json/walker.h"

namespace trailwarden::cloudtrail {
namespace {

using json::Kind;

// A member that was met, with its kind.
struct Member {
  std::uint32_t token = 0;
  std::optional<Kind> kind;
  bool is(Kind wanted) const { return kind == wanted; }
};

// The members that tell containers apart. SDKs write Body and Message; Lambda events and CloudWatch
// Logs write body and message.
struct Members {
  Member list, detail, detail_type, source, sns, message, body, log_message, cloudtrail_event;
  Member type, message_type, event, event_source, s3_bucket, s3_key, topic;
  Member digest_end, log_files, insight, time_window, summary;
};

struct MemberName {
  std::string_view name;
  Member Members::*member;
};

constexpr MemberName kNames[] = {
    {"detail", &Members::detail},
    {"detail-type", &Members::detail_type},
    {"source", &Members::source},
    {"Sns", &Members::sns},
    {"Message", &Members::message},
    {"Body", &Members::body},
    {"body", &Members::body},
    {"message", &Members::log_message},
    {"CloudTrailEvent", &Members::cloudtrail_event},
    {"Type", &Members::type},
    {"TopicArn", &Members::topic},
    {"messageType", &Members::message_type},
    {"Event", &Members::event},
    {"eventSource", &Members::event_source},
    {"s3Bucket", &Members::s3_bucket},
    {"s3ObjectKey", &Members::s3_key},
    {"digestEndTime", &Members::digest_end},
    {"logFiles", &Members::log_files},
    {"insightDetails", &Members::insight},
    {"timeWindow", &Members::time_window},
    {"summary", &Members::summary},
};

Members members_of(const json::StructuralIndex& index, std::uint32_t token) {
  Members members;
  json::for_each_member(index, token, [&](std::string_view name, std::uint32_t value) {
    const Member member{value, json::kind_at(index, value)};
    if (!members.list.kind && member.is(Kind::Array) && names_a_list(name)) members.list = member;
    for (const MemberName& known : kNames) {
      if (known.name == name) members.*known.member = member;
    }
    return true;
  });
  return members;
}

std::string_view text_of(const json::StructuralIndex& index, const Member& member) {
  if (!member.is(Kind::String)) return {};
  const std::optional<json::Value> value = json::scalar_at(index, member.token);
  return value ? value->raw : std::string_view{};
}

bool announces_a_file(const json::StructuralIndex& index, const Members& members) {
  return text_of(index, members.event_source) == "aws:s3" ||
         text_of(index, members.event) == "s3:TestEvent" ||
         text_of(index, members.source) == "aws.s3" ||
         text_of(index, members.detail_type).starts_with("Object ") ||
         (members.s3_bucket.is(Kind::String) && members.s3_key.kind.has_value());
}

bool is_control(const json::StructuralIndex& index, const Members& members) {
  const std::string_view type = text_of(index, members.type);
  return text_of(index, members.message_type) == "CONTROL_MESSAGE" ||
         type == "SubscriptionConfirmation" || type == "UnsubscribeConfirmation";
}

// The member in which a wrapper carries its content as a string, if there is one.
const Member* carried_text(const Members& members) {
  for (const Member* member :
       {&members.cloudtrail_event, &members.message, &members.body, &members.log_message}) {
    if (member->is(Kind::String)) return member;
  }
  return nullptr;
}

}  // namespace

bool names_a_list(std::string_view member) {
  return member == "Records" || member == "Events" || member == "Messages" || member == "logEvents";
}

std::optional<std::uint32_t> list_before(const json::StructuralIndex& index, std::uint32_t token,
                                         std::size_t end) {
  std::optional<std::uint32_t> list;
  json::for_each_member(index, token, [&](std::string_view name, std::uint32_t value) {
    if (index.tokens()[value] >= end) return false;
    if (names_a_list(name) && json::kind_at(index, value) == Kind::Array) list = value;
    return !list;
  });
  return list;
}

Contents look_inside(const json::StructuralIndex& index, std::uint32_t token) {
  const Members members = members_of(index, token);
  if (is_control(index, members)) return {Container::Control, token};
  if (members.list.kind) return {Container::List, members.list.token};
  if (members.detail.is(Kind::Object) && members.detail_type.is(Kind::String)) {
    // An S3 notice may name itself like a CloudTrail event only by its detail: look at both.
    if (!announces_a_file(index, members) ||
        text_of(index, members.detail_type).find("CloudTrail") != std::string_view::npos) {
      return {Container::Envelope, members.detail.token};
    }
    return {Container::Announcement, token};
  }
  if (announces_a_file(index, members)) return {Container::Announcement, token};
  if (members.cloudtrail_event.is(Kind::Object)) {
    return {Container::Object, members.cloudtrail_event.token};
  }
  if (members.sns.is(Kind::Object)) return {Container::Object, members.sns.token};
  if (const Member* text = carried_text(members)) return {Container::Text, text->token};
  if (members.digest_end.kind && members.log_files.kind) return {Container::Digest, token};
  if (members.insight.kind) return {Container::Insight, token};
  if (members.time_window.kind && members.summary.kind) return {Container::Aggregated, token};
  return {Container::Unknown, token};
}

}  // namespace trailwarden::cloudtrail
