// Parts of a time stamp (Sigma's minute … year modifiers).
#pragma once

#include <optional>
#include <string_view>

#include "match/predicate.h"

namespace trailwarden::match {

// The part, in UTC, of an ISO 8601 time such as "2024-08-01T13:33:28Z", also with a fraction of a
// second and an offset ("+02:00"). Week is the ISO 8601 week number, Day the day of the month.
// Nothing when `text` is no such time.
std::optional<int> part_of_time(std::string_view text, TimePart::Part part);

}  // namespace trailwarden::match
