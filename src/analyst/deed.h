// The calls of a case, put together as a person would tell them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analyst/action.h"
#include "triage/case.h"

namespace trailwarden::analyst {

// One kind of call; calls we have no words for are one deed where one rule found them.
struct Deed {
  const Action* words = nullptr;   // Null: told by the names of the calls and the rule's title.
  std::vector<std::string> names;  // Of the calls, as the log has them.
  triage::CaseAction sum;          // Level, title and tactic of the gravest; counts of all.

  bool all_failed() const { return sum.failed == sum.events; }
};

// The `count_max` gravest deeds of `found`, in the order in which they began; at one time, in the
// order of the kill chain. Of one level, the first of each tactic stands for its tactic, and what
// came to nothing is less grave.
std::vector<Deed> gravest_deeds(const triage::Case& found, std::size_t count_max);

// "created access keys for admin (CreateAccessKey, 2 calls)", "tried to read the secret db (…)"
std::string told(const Deed& deed);

// "access key created", "failed attempt to read secrets", or the rule's title.
std::string headline(const Deed& deed);

}  // namespace trailwarden::analyst
