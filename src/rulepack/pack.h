// The rules of the pack as what they add to a matcher. They are read from YAML once, when the
// program is built.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "match/known_rules.h"
#include "match/matcher.h"
#include "rulepack/texts.h"
#include "sigma/rule.h"

namespace trailwarden::rulepack {

struct Pack {
  std::vector<sigma::Rule> rules;
  match::KnownRules detections;  // Of `rules`, in their order.
  bool operator==(const Pack&) const = default;
};

// Error: all remarks on the texts, a line each. What is built in is beyond remark.
Result<Pack> compile(std::span<const RuleText> texts);

// Adds the rules to `builder` and to `set`, as sigma::load() of the texts does.
void add(Pack pack, match::MatcherBuilder& builder, sigma::RuleSet& set);

}  // namespace trailwarden::rulepack
