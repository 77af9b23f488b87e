// Points in time as AWS writes and reads them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/credentials.h"

namespace trailwarden::aws {

// "20150830T123600Z", as X-Amz-Date has it: ISO 8601's basic form, whole seconds.
std::string amz_date(SystemTime time);

// Reads "2026-11-22T08:30:00Z", with a fraction or not, whose zone is Z, "UTC" (old SSO tokens) or
// an offset as +02:00. Nothing: not such a time.
std::optional<SystemTime> parse_iso8601(std::string_view text);

}  // namespace trailwarden::aws
