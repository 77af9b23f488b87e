// The EventBridge event around a record: as it came, or made up for a bare record the way AWS
// would have written it. Source of fact: Amazon EventBridge User Guide, "AWS service events
// delivered via AWS CloudTrail".
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "cloudtrail/reader.h"
#include "json/projected.h"
#include "json/projection.h"

namespace trailwarden::cloudtrail {

// The reserved first name of projection paths into the envelope: a pattern's "source" is the path
// {kEnvelope, "source"}, while its "detail.a.b" is the record's own path {"a", "b"}. No record has
// a member of this name, because raw control characters are illegal in JSON strings.
inline constexpr std::string_view kEnvelope =
    "\x1f"
    "envelope";

// Fills the envelope fields of a projection, for patterns to match.
//
// A bare record gets: version "0", id = eventID, detail-type by eventType, source = "aws." and the
// service's part of eventSource, account = recipientAccountId or userIdentity.accountId, time,
// region, resources []. What the record lacks, the envelope lacks too. A record that came in an
// envelope gets that one's members as they stand; only those named here can be matched.
class EnvelopeFields {
 public:
  static EnvelopeFields add_to(json::ProjectionBuilder& builder);

  // Adds the envelope of `record` to record.found.
  void fill(const RawRecord& record) const;

  // Appends the whole EventBridge event of `record` to `out`: the envelope as it came, or one made
  // up around the record's text. One line if the record's text is one.
  void append_json(const RawRecord& record, std::string& out) const;

 private:
  struct MadeUp;

  static constexpr std::size_t kMemberCount = 9;

  MadeUp make_up(const json::Projected& found) const;
  void fill_from(const RawRecord& record) const;
  json::FieldId member(std::string_view name) const;

  std::array<json::FieldId, kMemberCount> members_{};  // As kMembers in envelope.cpp.
  json::FieldId event_id_{}, event_type_{}, event_source_{}, event_time_{}, region_{};
  json::FieldId recipient_account_{}, caller_account_{};
};

}  // namespace trailwarden::cloudtrail
