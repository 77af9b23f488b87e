// The names that a CloudTrail record's fields have, to catch misspelt ones in rules.
#pragma once

#include <string>
#include <string_view>

namespace trailwarden::sigma {

// Why `path` ("userIdentity.type") names no field of a CloudTrail record, as a sentence with a
// suggestion; empty if it may. Only the first name is judged: below it services put what they like.
std::string field_name_problem(std::string_view path);

}  // namespace trailwarden::sigma
