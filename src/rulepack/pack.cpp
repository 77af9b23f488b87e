#include "rulepack/pack.h"

#include <cstdint>
#include <utility>
#include <variant>

namespace trailwarden::rulepack {
namespace {

std::string remarks_of(const sigma::RuleSet& set) {
  std::string text;
  for (const sigma::Remark& remark : set.remarks) {
    text.append(text.empty() ? "" : "\n").append(remark.where).append(": ").append(remark.message);
  }
  for (const sigma::LeftOut& left_out : set.left_out) {
    text.append(text.empty() ? "" : "\n").append(left_out.where).append(": not about CloudTrail");
  }
  return text;
}

// From the ids of a pack to those that its parts got in a builder.
struct Places {
  std::vector<json::FieldId> fields;
  std::vector<match::PredicateId> predicates;

  void apply_to(match::Predicate& predicate) const {
    predicate.field = fields[index_of(predicate.field)];
    if (auto* like = std::get_if<match::LikeField>(&predicate.test)) {
      like->other = fields[index_of(like->other)];
    }
  }
  void apply_to(match::Expression& expression) const {
    if (expression.kind == match::Expression::Kind::Predicate) {
      expression.predicate = predicates[index_of(expression.predicate)];
    }
    for (match::Expression& operand : expression.operands) apply_to(operand);
  }
};

}  // namespace

Result<Pack> compile(std::span<const RuleText> texts) {
  match::MatcherBuilder builder;
  sigma::RuleSet set;
  for (const RuleText& text : texts) {
    sigma::load(text.yaml, "builtin:" + std::string(text.name), builder, set);
  }
  if (const std::string remarks = remarks_of(set); !remarks.empty()) {
    return fail(ErrorCode::Syntax, remarks);
  }
  Pack pack;
  pack.rules = std::move(set.rules);
  for (std::uint32_t i = 0; i < pack.rules.size(); ++i) {
    pack.conditions.push_back(builder.condition(match::RuleId{i}));
  }
  pack.predicates.assign(builder.predicates().begin(), builder.predicates().end());
  const match::Matcher matcher = std::move(builder).build();
  const json::Projection& fields = matcher.projection();
  for (std::uint32_t i = 0; i < fields.field_count(); ++i) {
    pack.paths.emplace_back(fields.path(json::FieldId{i}));
  }
  return pack;
}

void add(Pack pack, match::MatcherBuilder& builder, sigma::RuleSet& set) {
  Places places;
  places.fields.reserve(pack.paths.size());
  for (const std::string& path : pack.paths) places.fields.push_back(builder.fields().add(path));
  places.predicates.reserve(pack.predicates.size());
  for (match::Predicate& predicate : pack.predicates) {
    places.apply_to(predicate);
    places.predicates.push_back(builder.add_known(std::move(predicate)));
  }
  for (match::Expression& condition : pack.conditions) {
    places.apply_to(condition);
    builder.add_rule(std::move(condition));
  }
  set.rules.reserve(set.rules.size() + pack.rules.size());
  for (sigma::Rule& rule : pack.rules) set.rules.push_back(std::move(rule));
}

}  // namespace trailwarden::rulepack
