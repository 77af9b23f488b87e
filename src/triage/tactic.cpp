#include "triage/tactic.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace trailwarden::triage {
namespace {

constexpr std::string_view kKillChain[] = {
    "reconnaissance",     "resource-development", "initial-access",  "execution",
    "persistence",        "privilege-escalation", "defense-evasion", "stealth",
    "defense-impairment", "credential-access",    "discovery",       "lateral-movement",
    "collection",         "command-and-control",  "exfiltration",    "impact",
};

}  // namespace

std::size_t tactic_place(std::string_view tactic) {
  const auto* const found = std::find(std::begin(kKillChain), std::end(kKillChain), tactic);
  return static_cast<std::size_t>(found - std::begin(kKillChain));
}

void sort_tactics(std::vector<std::string>& tactics) {
  std::sort(tactics.begin(), tactics.end(), [](const std::string& a, const std::string& b) {
    return std::pair(tactic_place(a), std::string_view(a)) <
           std::pair(tactic_place(b), std::string_view(b));
  });
  tactics.erase(std::unique(tactics.begin(), tactics.end()), tactics.end());
}

}  // namespace trailwarden::triage
