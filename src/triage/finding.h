// One reason to look at an event, and what all reasons of an event come to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sigma/rule.h"
#include "triage/verdict.h"

namespace trailwarden::triage {

// Who found it: a rule, a departure from a baseline, a sequence of events, or a language model.
enum class FindingKind : std::uint8_t { Rule, Anomaly, Sequence, Analyst };

// "rule", "anomaly", "sequence" or "analyst".
std::string_view to_string(FindingKind kind);

// A value; texts from rules are ours or the user's, `why` holds shortened and escaped log text.
struct Finding {
  FindingKind kind = FindingKind::Rule;
  std::string id;
  std::string title;
  sigma::Level level = sigma::Level::Medium;
  std::vector<std::string> attack;   // ATT&CK technique ids: "T1098.001".
  std::vector<std::string> tactics;  // "privilege-escalation"; the first is the finding's own.
  std::string why;                   // One sentence with the values that made it fire.
  bool operator==(const Finding&) const = default;
};

// What one event comes to.
struct Judgement {
  Verdict verdict = Verdict::Safe;
  std::uint8_t risk = 0;  // 0 to 100: docs/VERDICTS.md.
  std::vector<Finding> findings;
};

}  // namespace trailwarden::triage
