// Points in time as a user writes them for --since and --until.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"
#include "base/utc_time.h"

namespace trailwarden::cli {

// "2026-03-01" (midnight UTC), an ISO 8601 time, or a span back from `now`: "90m", "24h", "7d".
Result<UnixSeconds> parse_period_end(std::string_view text, UnixSeconds now);

// A span of time: "90s", "15m", "24h", "7d".
Result<std::chrono::seconds> parse_span(std::string_view text);

}  // namespace trailwarden::cli
