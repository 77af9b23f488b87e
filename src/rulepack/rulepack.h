// The built-in rule pack: the Sigma rules under rules/, compiled into the binary.
// What a rule must bring with it: rules/README.md.
#pragma once

#include <string_view>

#include "match/matcher.h"
#include "sigma/rule.h"

namespace trailwarden::rulepack {

// Adds the built-in rules to `builder` and to `set`, in the order of their files' names: the same
// as sigma::load() of every file, without reading YAML. `set` must hold every rule that `builder`
// has, and none of the pack's ids.
void load(match::MatcherBuilder& builder, sigma::RuleSet& set);

// Tells packs apart: a verdict can only be replayed with the rules it was given by. SHA-256 in
// lower-case hex of the lines "SHA-256 of the file, two spaces, name" in the same order, which is
//   cd rules && find * -name '*.yml' | LC_ALL=C sort | xargs sha256sum | sha256sum
std::string_view pack_hash();

}  // namespace trailwarden::rulepack
