// The grammar of event patterns: JSON text in, branches of field conditions out. Private to
// pattern/. Source of fact: Amazon EventBridge User Guide, "Creating event patterns" and
// "Comparison operators"; aws/event-ruler, JsonRuleCompiler.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "match/predicate.h"

namespace trailwarden::pattern {

// One alternative of a leaf: some value passes the test; inverted for anything-but.
struct Alternative {
  match::Test test;
  bool inverted = false;
};

// The array behind a name: one of the alternatives holds, or the field is absent.
struct Leaf {
  std::vector<Alternative> any_of;
  bool or_absent = false;
};

// A valid pattern. Each branch maps dotted paths ("detail.eventName") to indices of `leaves`.
struct Grammar {
  using Branch = std::map<std::string, std::size_t>;
  std::vector<Branch> branches;  // One of them must hold. Without $or there is one.
  std::vector<Leaf> leaves;
};

// How many branches the $or of one pattern may multiply out to, and how many conditions all of them
// together may hold (the first is EventBridge's limit, the second guards our memory).
constexpr std::size_t kBranchesMax = 1'000;
constexpr std::size_t kConditionsMax = 1'000'000;

// Error: the first thing that is wrong, at line:column.
Result<Grammar> parse_pattern(std::string_view json);

}  // namespace trailwarden::pattern
