// Any bytes as a rule file: no crash, no leak, no hang; and loading says the same twice.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "match/matcher.h"
#include "sigma/rule.h"

using trailwarden::match::MatcherBuilder;
using trailwarden::sigma::RuleSet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view yaml(reinterpret_cast<const char*>(data), size);
  MatcherBuilder builder;
  RuleSet set;
  trailwarden::sigma::load(yaml, "fuzz.yml", builder, set);
  const std::size_t loaded = set.rules.size();
  trailwarden::sigma::load(yaml, "fuzz.yml", builder, set);
  if (set.rules.size() != loaded) __builtin_trap();  // Every id is taken by now.
  if (std::move(builder).build().rule_count() != loaded) __builtin_trap();
  return 0;
}
