// The compiled matcher: which rules hold for a record. One matcher, two languages: EventBridge
// patterns (pattern/) and Sigma rules (sigma/) both become rules over shared predicates.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/projected.h"
#include "json/projection.h"
#include "match/predicate.h"

namespace trailwarden::match {

enum class PredicateId : std::uint32_t {};
enum class RuleId : std::uint32_t {};  // Numbered from 0 in the order in which rules were added.

constexpr std::uint32_t index_of(PredicateId id) { return static_cast<std::uint32_t>(id); }
constexpr std::uint32_t index_of(RuleId id) { return static_cast<std::uint32_t>(id); }

// A Boolean expression over predicates. A value; And of nothing is true, Or of nothing is false.
struct Expression {
  enum class Kind : std::uint8_t { Predicate, And, Or, Not } kind = Kind::And;
  PredicateId predicate{};
  std::vector<Expression> operands;

  static Expression holds(PredicateId predicate);
  static Expression all(std::vector<Expression> operands);
  static Expression any(std::vector<Expression> operands);
  static Expression negate(Expression operand);
  bool operator==(const Expression&) const = default;
};

// One field of an EventBridge pattern: one value passes one of `any_of`, or the field has no leaf
// and `or_absent` is set ({"exists": false} among the alternatives).
struct FieldCondition {
  json::FieldId field{};
  std::vector<PredicateId> any_of;  // All about `field`.
  bool or_absent = false;
};
// One branch of a pattern ($or multiplied out): every condition met from one consistent choice of
// array elements, judged in the order given.
using Branch = std::vector<FieldCondition>;

class Matcher;
struct KnownRules;  // In known_rules.h.
struct Program;     // Both in program.h, private to match/.
struct Scratch;

// Collects rules. Consumed by build(), so that nothing can be added to a finished Matcher.
class MatcherBuilder {
 public:
  MatcherBuilder();
  ~MatcherBuilder();
  MatcherBuilder(MatcherBuilder&&) noexcept;
  MatcherBuilder& operator=(MatcherBuilder&&) noexcept;

  // Where rule languages register the paths they read. build() makes the Projection from it.
  json::ProjectionBuilder& fields();

  // The id of this predicate; an equal one is stored once. Error: a regular expression that RE2
  // refuses, or a network that is none.
  Result<PredicateId> add(Predicate predicate);
  // A rule that holds when `condition` does (Sigma).
  RuleId add_rule(Expression condition);
  // A rule that holds when one of `branches` does (EventBridge).
  RuleId add_pattern(std::vector<Branch> branches);
  // The rules of a Matcher that was built before, in their order. They are known to be right: their
  // predicates are compiled when a record first asks them.
  void add_known(KnownRules rules);

  Matcher build() &&;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// What made a rule fire: a field and the value that satisfied it.
struct Evidence {
  std::string path;   // "userIdentity.type"
  std::string value;  // Decoded text, cut behind some 500 bytes; hostile, escape before showing.
};

// Memory that one thread uses for matching, record after record.
class MatchScratch {
 public:
  MatchScratch();
  ~MatchScratch();
  MatchScratch(MatchScratch&&) noexcept;
  MatchScratch& operator=(MatchScratch&&) noexcept;

 private:
  friend class Matcher;
  std::unique_ptr<Scratch> scratch_;
};

// Immutable; any number of threads may match at once, each with its own scratch.
class Matcher {
 public:
  // The fields that all rules read: what the walker must fill.
  const json::Projection& projection() const TW_LIFETIMEBOUND;
  std::size_t rule_count() const;
  // All of it, for MatcherBuilder::add_known(). There must be no rule of add_pattern().
  KnownRules known() const;

  // Appends the rules that hold for `record`, in rule order.
  void match(json::Projected& record, MatchScratch& scratch, std::vector<RuleId>& matched) const;

  // The fields and values by which `rule` holds for `record`: the predicates that hold and are not
  // under a negation, each path once, in the rule's own order. A first name that begins with a
  // control character is reserved for made-up fields and left out of the path. Empty when the rule
  // does not hold. Not for the hot path.
  std::vector<Evidence> explain(RuleId rule, json::Projected& record, MatchScratch& scratch) const;

 private:
  friend class MatcherBuilder;
  explicit Matcher(std::shared_ptr<const Program> program);

  std::shared_ptr<const Program> program_;
};

}  // namespace trailwarden::match
