// What build() makes of a MatcherBuilder, and the memory to run it. Private to match/.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/text_memo.h"
#include "json/projected.h"
#include "json/projection.h"
#include "match/gate.h"
#include "match/known_rules.h"
#include "match/matcher.h"
#include "match/regex_group.h"
#include "match/test.h"
#include "match/texts.h"

namespace trailwarden::match {

// A predicate that is compiled when a record first asks it: most of a large pack's never are.
class LazyPredicate {
 public:
  LazyPredicate() = default;
  explicit LazyPredicate(CompiledPredicate compiled)
      : compiled_(new CompiledPredicate(std::move(compiled))) {}
  LazyPredicate(LazyPredicate&& other) noexcept : compiled_(other.compiled_.exchange(nullptr)) {}
  LazyPredicate& operator=(LazyPredicate&&) = delete;
  ~LazyPredicate() { delete compiled_.load(); }

  // `source` is what it is compiled from, always the same; compile() takes it.
  const CompiledPredicate& get(const Predicate& source) const {
    const CompiledPredicate* compiled = compiled_.load(std::memory_order_acquire);
    return compiled != nullptr ? *compiled : compile(source);
  }

 private:
  const CompiledPredicate& compile(const Predicate& source) const;

  mutable std::atomic<const CompiledPredicate*> compiled_{nullptr};  // Owned.
};

struct Rule {
  enum class Kind : std::uint8_t { Expression, Pattern } kind = Kind::Expression;
  std::uint32_t at = 0;  // Expression: its NodeId. Pattern: its place in Program::patterns.
};

struct Program {
  json::Projection projection;
  std::vector<Predicate> predicates;
  std::vector<LazyPredicate> compiled;  // Of predicates.
  std::vector<Node> nodes;
  std::vector<NodeId> operands;
  std::vector<std::vector<Branch>> patterns;
  std::vector<Rule> rules;
  GateIndex gates;

  static constexpr std::uint32_t kNoGroup = UINT32_MAX;
  std::vector<RegexGroup> regex_groups;
  std::vector<std::uint32_t> group_of;  // By predicate: its place in regex_groups, or kNoGroup.

  const CompiledPredicate& predicate(std::uint32_t number) const {
    return compiled[number].get(predicates[number]);
  }
};

using OpenedRules = const std::vector<std::uint32_t>*;  // Null: none.

struct Scratch {
  // How a branch's condition is met: by this value, or by absence (kNone).
  struct Choice {
    std::uint32_t value;
    json::ElementId element;
  };

  Texts texts;
  std::uint64_t epoch = 0;             // One a record.
  std::vector<std::uint64_t> verdict;  // By NodeId: 2 * epoch + held, stale unless of this epoch.
  std::vector<std::uint64_t> seen;     // By rule: the epoch in which it became a candidate.
  std::vector<std::uint32_t> candidates;
  // Which rules a gate's scalars without escapes open, by their JSON text: what is known needs no
  // lower case. Of the gates of `opened_by`.
  TextMemo<OpenedRules> opened{10, 64};
  std::shared_ptr<const Program> opened_by;
  std::vector<int> regex_hits;
  std::vector<Choice> choices;  // By condition of the branch that was judged last.
};

}  // namespace trailwarden::match
