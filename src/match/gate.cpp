#include "match/gate.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "match/fold.h"

namespace trailwarden::match {
namespace {

// How many records one exact text of a field is expected to select, eventName's being one unit.
// Only a guess of relative order: CloudTrail has thousands of event names, hundreds of sources, and
// a handful of types, regions and error codes. Sessions of roles are most of what acts, and of two
// answers to readOnly each is as good as every record.
double expected_hits(std::string_view path, std::string_view text) {
  if (path == "eventName" || path.ends_with(".eventName")) return 1;
  if (path == "errorCode" || path.ends_with(".errorCode")) return 3;
  if (path == "eventSource" || path.ends_with(".eventSource")) return 10;
  if (path.starts_with("requestParameters.") || path.starts_with("responseElements.")) return 20;
  if (path == "readOnly" || ascii_lower(text) == "assumedrole") return 500;
  return 40;
}

std::optional<Gate> cheaper(std::optional<Gate> left, std::optional<Gate> right) {
  if (!left) return right;
  if (!right || left->cost <= right->cost) return left;
  return right;
}

// The gate of "one of `alternatives`": all of their gates together.
template <class Items, class GateOf>
std::optional<Gate> union_of(const Items& alternatives, const GateOf& gate_of) {
  Gate result;
  for (const auto& alternative : alternatives) {
    std::optional<Gate> gate = gate_of(alternative);
    if (!gate) return std::nullopt;
    result.cost += gate->cost;
    result.predicates.insert(result.predicates.end(), gate->predicates.begin(),
                             gate->predicates.end());
  }
  return result;
}

}  // namespace

std::optional<Gate> GateFinder::of(PredicateId id) const {
  const Predicate& predicate = predicates_[index_of(id)];
  const auto* names = std::get_if<TextIs>(&predicate.test);
  if (names == nullptr || predicate.inverted) return std::nullopt;
  const bool is_odd = names->letters == Case::Ignore &&
                      !std::all_of(names->values.begin(), names->values.end(), is_ascii);
  if (is_odd) return std::nullopt;
  Gate gate{{id}, 0};
  for (const std::string& text : names->values) {
    gate.cost += expected_hits(projection_.path(predicate.field), text);
  }
  return gate;
}

std::optional<Gate> GateFinder::of(const Branch& branch) const {
  std::optional<Gate> best;
  for (const FieldCondition& condition : branch) {
    if (condition.or_absent) continue;
    best = cheaper(std::move(best),
                   union_of(condition.any_of, [&](PredicateId id) { return of(id); }));
  }
  return best;
}

std::optional<Gate> GateFinder::find(const std::vector<Branch>& branches) const {
  return union_of(branches, [&](const Branch& branch) { return of(branch); });
}

std::optional<Gate> GateFinder::find(const Expression& expression) const {
  switch (expression.kind) {
    case Expression::Kind::Predicate:
      return of(expression.predicate);
    case Expression::Kind::Not:
      return std::nullopt;
    case Expression::Kind::Or:
      return union_of(expression.operands, [&](const Expression& it) { return find(it); });
    case Expression::Kind::And:
      break;
  }
  std::optional<Gate> best;
  for (const Expression& operand : expression.operands) {
    best = cheaper(std::move(best), find(operand));
  }
  return best;
}

GateIndex::Field& GateIndex::field(json::FieldId id) {
  const auto same = [&](const Field& it) { return it.field == id; };
  const auto found = std::find_if(fields_.begin(), fields_.end(), same);
  if (found != fields_.end()) return *found;
  fields_.push_back({id, {}, {}});
  return fields_.back();
}

void GateIndex::add(KnownRules& known, std::uint32_t first_rule,
                    const std::vector<json::FieldId>& fields) {
  const auto append = [first_rule](std::vector<std::uint32_t>& rules,
                                   const std::vector<std::uint32_t>& more) {
    for (const std::uint32_t rule : more) rules.push_back(first_rule + rule);
  };
  for (KnownGate& gate : known.gates) {
    Field& of_field = field(fields[json::index_of(gate.field)]);
    of_field.rules_by_text.reserve(of_field.rules_by_text.size() + gate.texts.size());
    for (KnownGate::Text& text : gate.texts) {
      append(of_field.rules_by_text[std::move(text.text)], text.rules);
    }
    append(of_field.rules_of_containers, gate.rules_of_containers);
  }
  append(always_, known.always);
}

std::vector<KnownGate> GateIndex::known() const {
  std::vector<KnownGate> gates;
  for (const Field& of_field : fields_) {
    KnownGate& gate = gates.emplace_back();
    gate.field = of_field.field;
    for (const auto& [text, rules] : of_field.rules_by_text) gate.texts.push_back({text, rules});
    std::sort(gate.texts.begin(), gate.texts.end(),
              [](const auto& left, const auto& right) { return left.text < right.text; });
    gate.rules_of_containers = of_field.rules_of_containers;
  }
  return gates;
}

void GateIndex::add(std::uint32_t rule, const std::optional<Gate>& gate,
                    const std::vector<Predicate>& predicates) {
  if (!gate) {
    always_.push_back(rule);
    return;
  }
  const auto append_once = [rule](std::vector<std::uint32_t>& rules) {
    if (rules.empty() || rules.back() != rule) rules.push_back(rule);
  };
  for (const PredicateId id : gate->predicates) {
    const Predicate& predicate = predicates[index_of(id)];
    const auto& names = std::get<TextIs>(predicate.test);
    Field& of_field = field(predicate.field);
    for (const std::string& name : names.values) {
      append_once(of_field.rules_by_text[ascii_lower(name)]);
    }
    if (names.domain == Domain::AnyText) append_once(of_field.rules_of_containers);
  }
}

}  // namespace trailwarden::match
