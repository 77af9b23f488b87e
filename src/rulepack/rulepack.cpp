#include "rulepack/rulepack.h"

#include <vector>

#include "rulepack/embedded.h"

namespace trailwarden::rulepack {
namespace {

std::vector<EmbeddedRule> rules_of(std::span<const EmbeddedFile> files) {
  std::vector<EmbeddedRule> rules;
  rules.reserve(files.size());
  for (const EmbeddedFile& file : files) {
    rules.push_back({file.name, {reinterpret_cast<const char*>(file.bytes), file.size}});
  }
  return rules;
}

}  // namespace

std::span<const EmbeddedRule> builtin_rules() {
  static const std::vector<EmbeddedRule> rules = rules_of(embedded_files());
  return rules;
}

std::string_view pack_hash() { return embedded_hash(); }

}  // namespace trailwarden::rulepack
