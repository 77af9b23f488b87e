// A sighting as it lasts in the store: by the names of its rules, since their numbers change with
// every rule that is added.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sigma/rule.h"
#include "triage/sighting.h"

namespace trailwarden::watch {

// Where each rule stands in a set, by its id.
class RuleNumbers {
 public:
  // `rules` must outlive this.
  explicit RuleNumbers(const sigma::RuleSet& rules);

  const sigma::Rule& rule(std::uint32_t number) const { return rules_.rules[number]; }
  // Nothing: no such rule is loaded any more.
  std::optional<std::uint32_t> find(std::string_view id) const;

 private:
  std::string_view id_of(std::uint32_t number) const { return rules_.rules[number].id; }

  const sigma::RuleSet& rules_;
  std::vector<std::uint32_t> by_id_;  // Numbers of rules in the order of their ids.
};

// Without the record itself (Sighting::raw).
std::string to_json(const triage::Sighting& sighting, const RuleNumbers& rules);

// What to_json() wrote; hits of rules that are loaded no more are left out. Error: Decode.
Result<triage::Sighting> sighting_from_json(std::string_view text, const RuleNumbers& rules);

}  // namespace trailwarden::watch
