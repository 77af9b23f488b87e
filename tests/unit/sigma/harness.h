// Rules as a user writes them, run against events: what most tests of this room need.
#pragma once

#include <string>
#include <string_view>

#include "sigma/rule.h"

namespace trailwarden::sigma::testing {

// A complete rule around this detection (the YAML below `detection:`, any indent by its own).
// The detection's first line is line 6 of the rule; columns are shifted by two.
std::string rule_with(std::string_view detection);

RuleSet load_set(std::string_view yaml, std::string_view origin = "rule.yml");

// All remarks of a rule file, one a line: "error 6:3 message".
std::string remarks_of(std::string_view yaml);

// Whether the first rule of the file holds for the event. Fails the test if it does not load.
bool fires(std::string_view yaml, std::string_view event);

}  // namespace trailwarden::sigma::testing
