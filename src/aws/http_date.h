// Times in header fields: Date, Last-Modified, Retry-After.
#pragma once

#include <optional>
#include <string_view>

#include "aws/credentials.h"

namespace trailwarden::aws {

// Reads "Sun, 06 Nov 1994 08:49:37 GMT", the one form that servers may send (RFC 9110, 5.6.7).
// Nothing: not such a time.
std::optional<SystemTime> parse_http_date(std::string_view text);

}  // namespace trailwarden::aws
