// The array of alternatives behind a name of a pattern. Private to pattern/.
#pragma once

#include <string_view>

#include "base/result.h"
#include "pattern/grammar.h"
#include "pattern/json_document.h"

namespace trailwarden::pattern {

// Reads [ value or matcher, … ]. `text` is the whole pattern, for the places of errors.
Result<Leaf> parse_leaf(std::string_view text, const JsonValue& array);

// Names that cannot be field names inside a branch of $or (event-ruler, Constants.java).
bool is_reserved(std::string_view name);

}  // namespace trailwarden::pattern
