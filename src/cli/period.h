// Points in time as a user writes them for --since and --until.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/utc_time.h"
#include "cli/options.h"

namespace trailwarden::cli {

// "2026-03-01" (midnight UTC), an ISO 8601 time, or a span back from `now`: "90m", "24h", "7d".
Result<UnixSeconds> parse_period_end(std::string_view text, UnixSeconds now);

// What --since and --until say; nothing: no such end.
struct AskedPeriod {
  std::optional<UnixSeconds> since, until;
};
// Spans are back from now. Error: Usage.
Result<AskedPeriod> asked_period(const Request& request);

// A span of time: "90s", "15m", "24h", "7d".
Result<std::chrono::seconds> parse_span(std::string_view text);

}  // namespace trailwarden::cli
