// Any bytes as a condition over three identifiers: what parses, prints to a text that parses to the
// same tree, and means the same; the expression agrees with the tree evaluated the obvious way.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "match/matcher.h"
#include "sigma/condition.h"

namespace match = trailwarden::match;
namespace sigma = trailwarden::sigma;

namespace {

constexpr std::array<std::string_view, 3> kNames = {"a", "a_b", "_c"};

// Equal but for the places.
bool same(const sigma::Condition& left, const sigma::Condition& right) {
  if (left.kind != right.kind || left.name != right.name) return false;
  if (left.operands.size() != right.operands.size()) return false;
  for (std::size_t i = 0; i < left.operands.size(); ++i) {
    if (!same(left.operands[i], right.operands[i])) return false;
  }
  return true;
}

// The pattern language as its definition reads, exponential and all.
bool fits(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*') {
    return fits(pattern.substr(1), name) || (!name.empty() && fits(pattern, name.substr(1)));
  }
  return !name.empty() && pattern[0] == name[0] && fits(pattern.substr(1), name.substr(1));
}

bool selects(std::string_view pattern, std::string_view name) {
  if (pattern == "them") pattern = "*";
  return fits(pattern, name) && (pattern[0] == '_' || name[0] != '_');
}

// `world` has a bit for each name that holds.
bool evaluate(const sigma::Condition& condition, unsigned world) {
  using Kind = sigma::Condition::Kind;
  const bool is_and = condition.kind == Kind::And || condition.kind == Kind::AllOf;
  bool result = is_and;
  switch (condition.kind) {
    case Kind::Not:
      return !evaluate(condition.operands[0], world);
    case Kind::And:
    case Kind::Or:
      for (const sigma::Condition& operand : condition.operands) {
        const bool holds = evaluate(operand, world);
        result = is_and ? result && holds : result || holds;
      }
      return result;
    default:
      break;
  }
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const bool named = condition.kind == Kind::Identifier ? condition.name == kNames[i]
                                                          : selects(condition.name, kNames[i]);
    const bool holds = (world >> i & 1) != 0;
    if (named && condition.kind == Kind::Identifier) return holds;
    if (named) result = is_and ? result && holds : result || holds;
  }
  return result;
}

bool evaluate(const match::Expression& expression, unsigned world) {
  using Kind = match::Expression::Kind;
  bool all = true;
  bool any = false;
  for (const match::Expression& operand : expression.operands) {
    const bool holds = evaluate(operand, world);
    all = all && holds;
    any = any || holds;
  }
  switch (expression.kind) {
    case Kind::Predicate:
      return (world >> match::index_of(expression.predicate) & 1) != 0;
    case Kind::And:
      return all;
    case Kind::Or:
      return any;
    case Kind::Not:
      return !any;
  }
  return false;
}

void check_meaning(const sigma::Condition& tree) {
  std::array<match::Expression, kNames.size()> expressions;
  std::vector<sigma::NamedExpression> names;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    expressions[i] = match::Expression::holds(static_cast<match::PredicateId>(i));
    names.push_back({kNames[i], &expressions[i], false});
  }
  std::vector<sigma::ConditionProblem> problems;
  const match::Expression expression = sigma::resolve(tree, names, problems);
  if (!problems.empty()) return;
  for (unsigned world = 0; world < 1u << kNames.size(); ++world) {
    if (evaluate(tree, world) != evaluate(expression, world)) __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const sigma::ParsedCondition parsed = sigma::parse_condition(text);
  if (!parsed.tree) {
    if (parsed.problem.message.empty() || parsed.problem.offset > size) __builtin_trap();
    return 0;
  }
  const sigma::ParsedCondition again = sigma::parse_condition(sigma::to_string(*parsed.tree));
  if (!again.tree || !same(*parsed.tree, *again.tree)) __builtin_trap();
  check_meaning(*parsed.tree);
  return 0;
}
