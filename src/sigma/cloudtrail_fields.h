// The names that a CloudTrail record's fields have, to catch misspelt ones in rules.
#pragma once

#include <string>
#include <string_view>

namespace trailwarden::sigma {

// Fields that no record has but Trailwarden fills in: "trailwarden.instruction.aim" is the path
// {kMadeUp, "instruction", "aim"}, so that no record can hold one. docs/RULES.md lists them.
inline constexpr std::string_view kMadeUpPrefix = "trailwarden.";
inline constexpr std::string_view kMadeUp =
    "\x1f"
    "trailwarden";

// Why `path` ("userIdentity.type") names no field of a CloudTrail record, as a sentence with a
// suggestion; empty if it may. Only the first name is judged: below it services put what they like
// (of Trailwarden's own fields all names are).
std::string field_name_problem(std::string_view path);

}  // namespace trailwarden::sigma
