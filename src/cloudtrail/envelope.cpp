#include "cloudtrail/envelope.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "json/walker.h"

namespace trailwarden::cloudtrail {
namespace {

using json::Kind;
using json::Value;

// The members of an EventBridge event beside its detail.
constexpr std::array<std::string_view, 9> kMembers = {"version", "id",        "detail-type",
                                                      "source",  "account",   "time",
                                                      "region",  "resources", "replay-name"};

std::string_view detail_type_of(std::string_view event_type, std::string_view event_source) {
  // Records before eventVersion 1.02 have no eventType.
  if (event_type == "AwsConsoleSignIn" ||
      (event_type.empty() && event_source == "signin.amazonaws.com")) {
    return "AWS Console Sign In via CloudTrail";
  }
  if (event_type == "AwsConsoleAction") return "AWS Console Action via CloudTrail";
  if (event_type == "AwsServiceEvent") return "AWS Service Event via CloudTrail";
  // The User Guide prints AwsVpceEvents; published records have AwsVpceEvent.
  if (event_type.starts_with("AwsVpceEvent")) return "AWS Network Activity Event via CloudTrail";
  if (event_type == "AwsCloudTrailInsight") return "AWS Insight via CloudTrail";
  return "AWS API Call via CloudTrail";
}

std::string source_of(std::string_view event_source) {
  return "aws." + std::string(event_source.substr(0, event_source.find(".amazonaws.com")));
}

Value literal(std::string_view raw, Kind kind) {
  Value value;
  value.raw = raw;
  value.kind = kind;
  return value;
}

// The first value of `field` if that is a string, as raw JSON text; else of kind Null.
Value text_at(json::FieldId field, const json::Projected& found) {
  const std::uint32_t first = found.first(field);
  if (first == json::Projected::kNone || found.value(first).kind != Kind::String) {
    return literal({}, Kind::Null);
  }
  return found.value(first);
}

}  // namespace

// Raw JSON texts of strings, as they stand between quotes.
struct EnvelopeFields::MadeUp {
  Value id, account, time, region;
  std::string_view detail_type;
  std::string source;
  bool source_has_escapes = false;
};

EnvelopeFields EnvelopeFields::add_to(json::ProjectionBuilder& builder) {
  static_assert(kMembers.size() == kMemberCount);
  EnvelopeFields fields;
  for (std::size_t number = 0; number < kMemberCount; ++number) {
    const std::vector<std::string> path = {std::string(kEnvelope), std::string(kMembers[number])};
    fields.members_[number] = builder.add(path);
  }
  fields.event_id_ = builder.add("eventID");
  fields.event_type_ = builder.add("eventType");
  fields.event_source_ = builder.add("eventSource");
  fields.event_time_ = builder.add("eventTime");
  fields.region_ = builder.add("awsRegion");
  fields.recipient_account_ = builder.add("recipientAccountId");
  fields.caller_account_ = builder.add("userIdentity.accountId");
  return fields;
}

json::FieldId EnvelopeFields::member(std::string_view name) const {
  const auto at = std::find(kMembers.begin(), kMembers.end(), name);
  return members_[static_cast<std::size_t>(at - kMembers.begin())];
}

EnvelopeFields::MadeUp EnvelopeFields::make_up(const json::Projected& found) const {
  MadeUp made;
  made.id = text_at(event_id_, found);
  made.time = text_at(event_time_, found);
  made.region = text_at(region_, found);
  made.account = text_at(recipient_account_, found);
  if (made.account.kind == Kind::Null) made.account = text_at(caller_account_, found);
  const Value event_source = text_at(event_source_, found);
  made.detail_type = detail_type_of(text_at(event_type_, found).raw, event_source.raw);
  made.source = source_of(event_source.raw);
  made.source_has_escapes = event_source.has_escapes;
  return made;
}

void EnvelopeFields::fill(const RawRecord& record) const {
  if (record.envelope_token != RawRecord::kNoEnvelope) return fill_from(record);
  json::Projected& found = record.found;
  MadeUp made = make_up(found);
  const auto add = [&](std::string_view name, Value value) {
    if (value.kind == Kind::Null) return;
    // What was copied belonged to a field of the record's own.
    value.next = json::Projected::kNone;
    found.add(member(name), value);
  };
  add("version", literal("0", Kind::String));
  add("id", made.id);
  add("detail-type", literal(made.detail_type, Kind::String));
  Value source = literal(found.keep(std::move(made.source)), Kind::String);
  source.has_escapes = made.source_has_escapes;
  add("source", source);
  add("account", made.account);
  add("time", made.time);
  add("region", made.region);
  add("resources", literal("[]", Kind::Array));
}

// Takes the members of the envelope in which the record came.
void EnvelopeFields::fill_from(const RawRecord& record) const {
  const json::StructuralIndex& index = record.index;
  const std::string_view text = index.text();
  const auto add_scalar = [&](json::FieldId field, std::uint32_t token) {
    if (const auto value = json::scalar_at(index, token)) record.found.add(field, *value);
  };
  json::for_each_member(
      index, record.envelope_token, [&](std::string_view name, std::uint32_t token) {
        if (std::find(kMembers.begin(), kMembers.end(), name) == kMembers.end()) return true;
        const json::FieldId field = member(name);
        const std::optional<Kind> kind = json::kind_at(index, token);
        if (kind != Kind::Object && kind != Kind::Array) {
          add_scalar(field, token);
          return true;
        }
        const std::uint32_t begin = index.tokens()[token];
        const json::WalkResult walked = json::skip(index, token);
        record.found.add(field, literal(text.substr(begin, walked.offset - begin), *kind));
        if (kind == Kind::Array) {
          json::for_each_element(index, token, [&](std::uint32_t element) {
            add_scalar(field, element);
            return true;
          });
        }
        return true;
      });
}

void EnvelopeFields::append_json(const RawRecord& record, std::string& out) const {
  const json::StructuralIndex& index = record.index;
  if (record.envelope_token != RawRecord::kNoEnvelope) {
    const std::uint32_t begin = index.tokens()[record.envelope_token];
    const json::WalkResult walked = json::skip(index, record.envelope_token);
    out += index.text().substr(begin, walked.offset - begin);
    return;
  }
  const MadeUp made = make_up(record.found);
  const auto append = [&out](std::string_view name, std::string_view raw) {
    out.append(",\"").append(name).append("\":\"").append(raw).append("\"");
  };
  const auto append_known = [&append](std::string_view name, const Value& value) {
    if (value.kind == Kind::String) append(name, value.raw);
  };
  out += R"({"version":"0")";
  append_known("id", made.id);
  append("detail-type", made.detail_type);
  append("source", made.source);
  append_known("account", made.account);
  append_known("time", made.time);
  append_known("region", made.region);
  out.append(R"(,"resources":[],"detail":)").append(record.text).append("}");
}

}  // namespace trailwarden::cloudtrail
