// Why what was found matters, and what to check next.
#pragma once

#include <string_view>

#include "triage/case.h"

namespace trailwarden::analyst {

struct Advice {
  std::string_view key;  // An ATT&CK technique or tactic.
  std::string_view why;
  std::string_view check;
};

// The advice for the gravest finding of `found` that came from a call that succeeded: by its
// technique (or the technique above it), else by its tactic. Where all failed, advice about that.
const Advice& advice_for(const triage::Case& found);

}  // namespace trailwarden::analyst
