// Safe activity by number alone: what remains of events that nobody has to look at one by one.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/utc_time.h"

namespace trailwarden::triage {

inline constexpr UnixSeconds kActivityStep = 3600;

// One kind of event in one hour. Members as in Sighting.
struct Activity {
  UnixSeconds hour = 0;  // Its beginning: a multiple of kActivityStep.
  std::string user{}, account{}, source{}, name{}, region{}, error_code{};
  bool is_service = false;
  auto operator<=>(const Activity&) const = default;
};

// Its members but the hour as one number: the same in every hour, and in every version of this
// program.
std::uint64_t kind_of(const Activity& activity);

// Stands for principals that are too many to be told apart. No principal is called so: a name in
// AWS has no parentheses.
inline constexpr std::string_view kOtherPrincipals = "(others)";

// How many events there were of each.
using ActivityCounts = std::map<Activity, std::uint64_t>;

}  // namespace trailwarden::triage
