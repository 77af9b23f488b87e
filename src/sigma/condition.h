// The condition language of a Sigma rule: text to a tree, a tree to an expression.
// Grammar: sigma-specification v2.1.0, "Condition".
//
//   expr     := and { "or" and }
//   and      := not { "and" not }
//   not      := { "not" } atom
//   atom     := "(" expr ")" | selector | identifier
//   selector := ("1" | "any" | "all") "of" ("them" | pattern)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "match/matcher.h"

namespace trailwarden::sigma {

struct Condition {
  enum class Kind : std::uint8_t { Identifier, AnyOf, AllOf, And, Or, Not } kind = Kind::Identifier;
  std::string name;        // Of an identifier; of a selector the pattern, or "them".
  std::size_t offset = 0;  // Where it begins in the text.
  std::vector<Condition> operands;
  bool operator==(const Condition&) const = default;
};

struct ConditionProblem {
  std::size_t offset = 0;
  std::string message;
};

struct ParsedCondition {
  std::optional<Condition> tree;
  ConditionProblem problem;  // Where there is no tree.
};

// Parentheses and "not"s may nest 64 deep.
ParsedCondition parse_condition(std::string_view text);

// The tree as text, with the parentheses it needs: parsing it again gives the same tree but for the
// offsets.
std::string to_string(const Condition& condition);

// A search identifier that a condition may name.
struct NamedExpression {
  std::string_view name;
  const match::Expression* expression;  // Borrowed.
  bool used = false;                    // Set when a condition takes it.
};

// The expression of `condition` over `names`, which are marked as used. Unknown identifiers and
// patterns that fit none are appended to `problems`, all of them.
match::Expression resolve(const Condition& condition, std::span<NamedExpression> names,
                          std::vector<ConditionProblem>& problems);

// Why this name cannot be used in a condition, or an empty string.
std::string identifier_problem(std::string_view name);

}  // namespace trailwarden::sigma
