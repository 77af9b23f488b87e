// Times as people and CloudTrail write them: UTC, ISO 8601.
#pragma once

#include <cstdint>
#include <string>

namespace trailwarden {

// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
using UnixSeconds = std::int64_t;

// "2026-03-03T12:41:07Z". Years outside 0000–9999 are clamped to them.
std::string format_utc(UnixSeconds time);

}  // namespace trailwarden
