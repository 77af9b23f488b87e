// Points in time as AWS writes and reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "aws/credentials.h"

namespace trailwarden::aws {

// "20150830T123600Z", as X-Amz-Date has it: ISO 8601's basic form, whole seconds.
std::string amz_date(SystemTime time);

// Seconds since 1970 as a time. Those that the clock cannot count, before 1678 and after 2261,
// become the nearest that it can: some tools say "9999-12-31" for never.
SystemTime at_unix_seconds(std::int64_t seconds);

// Reads "2026-11-22T08:30:00Z", with a fraction or not, whose zone is Z, "UTC" (old SSO tokens) or
// an offset as +02:00. Nothing: not such a time.
std::optional<SystemTime> parse_iso8601(std::string_view text);

}  // namespace trailwarden::aws
