// MITRE ATT&CK in rule tags: "attack.t1098.001", "attack.privilege-escalation".
#pragma once

#include <string>
#include <string_view>

namespace trailwarden::sigma {

struct AttackTag {
  std::string technique;  // "T1098.001"
  std::string tactic;     // "privilege-escalation"
  std::string problem;    // Why an attack.* tag says neither.
};

// Reads one lower-case tag. Tags of other namespaces, and ATT&CK's groups (g0016), software (s0154)
// and the like, give nothing.
AttackTag read_attack_tag(std::string_view tag);

}  // namespace trailwarden::sigma
