// Numbers, literals and strings by the grammar of RFC 8259.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "json/projected.h"

namespace trailwarden::json {

// What `text`, a whole scalar other than a string, is: a number, true, false or null. nullopt if
// it is none of them.
std::optional<Kind> plain_scalar_kind(std::string_view text);

// Whether every escape in `raw` (between a string's quotes) is one of JSON's.
bool escapes_are_valid(std::string_view raw);

}  // namespace trailwarden::json
