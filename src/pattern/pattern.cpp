#include "pattern/pattern.h"

#include <optional>
#include <span>
#include <utility>

#include "pattern/grammar.h"

namespace trailwarden::pattern {
namespace {

using match::FieldCondition;

json::FieldId add_field(const std::string& path, Subject subject, json::ProjectionBuilder& fields) {
  constexpr std::string_view kDetail = "detail.";
  if (subject == Subject::CloudTrail) {
    if (path == "detail") return fields.add(std::span<const std::string>{});
    if (path.starts_with(kDetail)) {
      const std::string name = path.substr(kDetail.size());
      return fields.add(std::span(&name, 1));
    }
    const std::string names[] = {std::string(kEnvelope), path};
    return fields.add(names);
  }
  return fields.add(std::span(&path, 1));
}

Result<FieldCondition> add_condition(json::FieldId field, const Leaf& leaf,
                                     match::MatcherBuilder& builder) {
  FieldCondition condition{field, {}, leaf.or_absent};
  for (const Alternative& alternative : leaf.any_of) {
    condition.any_of.push_back(
        TW_TRY(builder.add({field, alternative.test, alternative.inverted})));
  }
  return condition;
}

}  // namespace

Result<match::RuleId> compile(std::string_view json, Subject subject,
                              match::MatcherBuilder& builder) {
  const Grammar grammar = TW_TRY(parse_pattern(json));
  // A leaf stands at one path, in one branch or in many.
  std::vector<std::optional<FieldCondition>> conditions(grammar.leaves.size());
  std::vector<match::Branch> branches;
  for (const Grammar::Branch& paths : grammar.branches) {
    match::Branch branch;  // In the order of paths, by which absence inside arrays is judged.
    for (const auto& [path, leaf] : paths) {
      if (!conditions[leaf]) {
        const json::FieldId field = add_field(path, subject, builder.fields());
        conditions[leaf] = TW_TRY(add_condition(field, grammar.leaves[leaf], builder));
      }
      branch.push_back(*conditions[leaf]);
    }
    branches.push_back(std::move(branch));
  }
  return builder.add_pattern(std::move(branches));
}

}  // namespace trailwarden::pattern
