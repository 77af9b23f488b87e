// ATT&CK tactics in the order of the kill chain.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trailwarden::triage {

// The place of a tactic ("privilege-escalation") in the kill chain, from 0; what ATT&CK does not
// know comes behind all others. Source: attack.mitre.org, Enterprise matrix, as Sigma's tags write
// the names, old ones (defense-evasion) and new (stealth, defense-impairment).
std::size_t tactic_place(std::string_view tactic);

// Sorts into kill-chain order, unknown ones by name, and drops repeats.
void sort_tactics(std::vector<std::string>& tactics);

}  // namespace trailwarden::triage
