// The pack compiled once, and the events that its rules bring with them.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "injection/fields.h"
#include "match/matcher.h"
#include "sigma/rule.h"

namespace trailwarden::rulepack::testing {

// Every built-in rule in one matcher, as the product runs them.
struct Pack {
  sigma::RuleSet set;
  injection::InstructionFields instructions;
  match::Matcher matcher;
};
const Pack& pack();

// The titles of the rules that hold for `event`, a CloudTrail record as JSON.
std::set<std::string> rules_for(std::string_view event);

struct NearMiss {
  std::string why;  // What keeps the rule from firing, in words.
  std::string event;
};
struct Examples {
  std::vector<std::string> fires;
  std::vector<NearMiss> near_misses;
};
// The examples of a rule, from rules/PATH.events.json beside rules/PATH.yml.
Examples examples_of(std::string_view rule_name);

// `event` with the text of one top-level member replaced.
std::string with_member(std::string_view event, std::string_view name, std::string_view text);

}  // namespace trailwarden::rulepack::testing
