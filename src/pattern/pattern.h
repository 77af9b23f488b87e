// EventBridge event patterns: JSON in, rules of the matcher out.
// Grammar and semantics: Amazon EventBridge User Guide, "Event patterns"; aws/event-ruler.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "match/matcher.h"

namespace trailwarden::pattern {

// The first name under which a record's envelope fields are registered ("source", "detail-type" …):
// no member of a record is called so. The same constant as cloudtrail's kEnvelope; this room must
// not depend on that one, so whoever links both asserts that they are equal.
inline constexpr std::string_view kEnvelope =
    "\x1f"
    "envelope";

// What a pattern's paths start from.
enum class Subject : std::uint8_t {
  CloudTrail,  // The EventBridge envelope: "detail.x" is member x of the record, and "source",
               // "detail-type" … are the envelope fields (see cloudtrail/envelope.h).
  Raw,         // Any JSON object as it stands.
};

// Compiles `json` into `builder`. Error: the pattern is invalid; the message says what and the
// place is line:column.
Result<match::RuleId> compile(std::string_view json, Subject subject,
                              match::MatcherBuilder& builder);

// A reason why a valid pattern may never fire, or fire too often.
struct Warning {
  std::string path;     // "detail.eventName"
  std::string message;  // What, and what to do.
};
// What is suspicious about a valid pattern for CloudTrail events (User Guide, "AWS service events
// delivered via AWS CloudTrail"). Nothing for an invalid one: compile() says what is wrong with it.
std::vector<Warning> lint(std::string_view json);

}  // namespace trailwarden::pattern
