// The fields of a CloudTrail record that every consumer needs: what happened, when, from where and
// who did it. Source of fact: AWS CloudTrail User Guide, "Record contents" and "userIdentity".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/lifetime.h"
#include "json/projected.h"
#include "json/projection.h"

namespace trailwarden::cloudtrail {

// Where in a projected record the known fields stand.
struct EventFields {
  json::FieldId event_id, event_time, timestamp, event_source, event_name, region, source_ip,
      user_agent, error_code, error_message, recipient_account;
  json::FieldId user_type, user_arn, user_principal_id, user_account, user_name, on_behalf_of,
      invoked_by, access_key, issuer_arn;
  std::array<json::FieldId, 20> targets;  // requestParameters members that name a thing acted on.

  // Registers the paths. One EventFields belongs to the Projection built from `builder`.
  static EventFields add_to(json::ProjectionBuilder& builder);
};

// One record, borrowed: every view points into the walked text or into the json::Projected it was
// read from, and dies with them. An absent text is empty.
struct Event {
  std::string_view id;
  std::optional<std::int64_t> time;  // Seconds since 1970-01-01T00:00:00Z; absent: no usable time.
  std::string_view source;           // "iam.amazonaws.com"
  std::string_view name;             // "CreateAccessKey"
  std::string_view region;
  std::string_view source_ip;   // An address, a service's name, or whatever somebody wrote there.
  std::string_view user_agent;  // Without the brackets of S3; of a list the first.
  std::string_view error_code;
  std::string_view error_message;
  std::string_view account;    // The account that received the record, else the caller's.
  std::string_view user_type;  // "IAMUser", "AssumedRole", …; empty where the record has none.
  std::string_view access_key;
  std::string_view principal;  // Who the record says acted: an ARN where there is one, else the
                               // service, the principal id or the user's name.
  std::string_view user;       // A stable name to group by: `principal`, but the role of a session.
  bool is_service = false;     // An AWS service acted by itself, not on somebody's behalf.
  bool is_anonymous = false;   // Nobody is named: no identity, unknown, or hidden by AWS.
};

// Reads the known fields. Allocates nothing, except for an IAM user or root without an ARN (failed
// sign-ins), whose ARN is put together into `found`.
Event read_event(const EventFields& fields, json::Projected& found);

// Whom cases hold responsible: the principal (a role session, a user, root), "service NAME in
// ACCOUNT", or "address IP" where nobody is named.
std::string actor_of(const Event& event);

// The thing the call was about, by name: the first of the usual request parameters that is a text
// (userName, roleName, bucketName, …), or empty. Borrowed like the Event.
std::string_view target_of(const EventFields& fields, json::Projected& found);

// Seconds since 1970 of a time as CloudTrail and exports of it write it: ISO 8601 with 'T' or a
// space, with or without fractions, 'Z', an offset or nothing (UTC); or seconds, milliseconds,
// microseconds or nanoseconds since 1970 as a number. Fractions are cut off. nullopt: no time.
std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace trailwarden::cloudtrail
