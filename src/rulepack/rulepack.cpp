#include "rulepack/rulepack.h"

#include "rulepack/image.h"

namespace trailwarden::rulepack {

void load(match::MatcherBuilder& builder, sigma::RuleSet& set) {
  add(read_image(embedded_image()), builder, set);
}

std::string_view pack_hash() { return embedded_hash(); }

}  // namespace trailwarden::rulepack
