// JSON objects that are no record themselves but hold or announce some.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "json/structural_index.h"

namespace trailwarden::cloudtrail {

enum class Container : std::uint8_t {
  List,          // {"Records":[…]} and its like; `token` is the first such list.
  Envelope,      // An EventBridge event; `token` is its detail, an object.
  Object,        // A wrapper whose content is an object: `token`.
  Text,          // A wrapper whose content is JSON in a string: `token`.
  Digest,        // A CloudTrail digest file.
  Insight,       // An Insights record, whose top level RecordShape may not have recognised.
  Aggregated,    // An aggregated event, likewise.
  Announcement,  // Says that a file has arrived.
  Control,       // Says that a subscription works.
  Unknown,
};

struct Contents {
  Container kind = Container::Unknown;
  std::uint32_t token = 0;
};

// Whether a member of this name holds the list when it holds an array: Records (log files, Lambda
// events), Events (LookupEvents), Messages (SQS ReceiveMessage), logEvents (CloudWatch Logs).
bool names_a_list(std::string_view member);

// What the complete object at `token`, which is no record, is.
Contents look_inside(const json::StructuralIndex& index, std::uint32_t token);

// The first list that begins in front of byte `end` in the object at `token`, which is broken there
// or too large: a token.
std::optional<std::uint32_t> list_before(const json::StructuralIndex& index, std::uint32_t token,
                                         std::size_t end);

}  // namespace trailwarden::cloudtrail
