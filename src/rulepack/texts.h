// The files under rules/ as texts: what the pack is made of. They are linked where it is made and
// tested, not into the product. cmake/EmbedRules.cmake generates what is declared here.
#pragma once

#include <span>
#include <string_view>

namespace trailwarden::rulepack {

struct RuleText {
  std::string_view name;  // Path below rules/: "persistence/user_created.yml".
  std::string_view yaml;  // The file, unchanged: one Sigma document.
};

std::span<const RuleText> rule_texts();  // In the order of their names.
std::string_view texts_hash();           // See pack_hash().

}  // namespace trailwarden::rulepack
