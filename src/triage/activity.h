// Safe activity by number alone: what remains of events that nobody has to look at one by one.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>

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

// How many events there were of each.
using ActivityCounts = std::map<Activity, std::uint64_t>;

}  // namespace trailwarden::triage
