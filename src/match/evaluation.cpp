#include "match/evaluation.h"

#include <algorithm>

namespace trailwarden::match {
namespace {

constexpr std::uint32_t kNone = json::Projected::kNone;
constexpr json::ElementId kNoElement{};

// How many values one branch may look at while it chooses array elements. Choosing can be
// exponential in the number of arrays, and a record is hostile. Behind this bound the branch counts
// as met: the ties between fields are then ignored, so it may match too often, never too seldom.
// Records of AWS need some hundreds.
constexpr int kVisitsMax = 50'000;

struct Shape {
  bool has_leaf = false;
  bool has_tie = false;        // A value inside an array element.
  bool has_free_leaf = false;  // A leaf outside of all array elements.
};

Shape shape_of(const json::Projected& record, json::FieldId field) {
  Shape shape;
  for (auto i = record.first(field); i != kNone; i = record.value(i).next) {
    const bool tied = record.value(i).element != kNoElement;
    const bool leaf = is_scalar(record.value(i).kind);
    shape.has_tie |= tied;
    shape.has_leaf |= leaf;
    shape.has_free_leaf |= leaf && !tied;
  }
  return shape;
}

}  // namespace

Evaluation::Evaluation(const Program& program, json::Projected& record, Scratch& scratch)
    : program_(program), record_(record), scratch_(scratch) {
  ++scratch.epoch;
  scratch.texts.begin(record);
  const std::size_t nodes = program.predicates.size() + program.nodes.size();
  if (scratch.verdict.size() < nodes) scratch.verdict.resize(nodes);
  if (scratch.seen.size() < program.rules.size()) scratch.seen.resize(program.rules.size());
}

bool Evaluation::holds(std::uint32_t rule) {
  const Rule& it = program_.rules[rule];
  if (it.kind == Rule::Kind::Expression) return holds(NodeId{it.at});
  const std::vector<Branch>& branches = program_.patterns[it.at];
  return std::any_of(branches.begin(), branches.end(),
                     [this](const Branch& branch) { return holds(branch); });
}

bool Evaluation::holds(NodeId node) {
  const auto number = static_cast<std::uint32_t>(node);
  std::uint64_t& verdict = scratch_.verdict[number];
  if (verdict >> 1 == scratch_.epoch) return (verdict & 1) != 0;
  const auto predicates = static_cast<std::uint32_t>(program_.predicates.size());
  const bool held =
      number < predicates ? judge_predicate(number) : judge(program_.nodes[number - predicates]);
  verdict = scratch_.epoch << 1 | (held ? 1 : 0);
  return held;
}

bool Evaluation::judge_predicate(std::uint32_t predicate) {
  const std::uint32_t group = program_.group_of[predicate];
  if (group != Program::kNoGroup && judge_together(program_.regex_groups[group])) {
    return (scratch_.verdict[predicate] & 1) != 0;
  }
  return program_.predicate(predicate).holds(scratch_.texts);
}

// Sets the verdicts of all of the group. False: the set ran out of memory, nothing is known.
bool Evaluation::judge_together(const RegexGroup& group) {
  for (const std::uint32_t it : group.predicates) scratch_.verdict[it] = scratch_.epoch << 1;
  for (auto i = record_.first(group.field); i != kNone; i = record_.value(i).next) {
    for (const std::string_view text : scratch_.texts.of(i, group.domain, Case::Sensitive)) {
      if (!group.set->search(text, scratch_.regex_hits)) {
        for (const std::uint32_t it : group.predicates) scratch_.verdict[it] = 0;
        return false;
      }
      for (const int hit : scratch_.regex_hits) {
        scratch_.verdict[group.predicates[static_cast<std::size_t>(hit)]] |= 1;
      }
    }
  }
  return true;
}

bool Evaluation::judge(const Node& node) {
  const auto* first = program_.operands.data() + node.first;
  const auto* last = first + node.count;
  const auto operand_holds = [this](NodeId operand) { return holds(operand); };
  switch (node.kind) {
    case Expression::Kind::And:
      return std::all_of(first, last, operand_holds);
    case Expression::Kind::Or:
      return std::any_of(first, last, operand_holds);
    case Expression::Kind::Not:
      return !holds(*first);
    case Expression::Kind::Predicate:
      break;
  }
  return false;
}

bool Evaluation::holds(const Branch& branch) {
  switch (judge_without_arrays(branch)) {
    case Quick::No:
      return false;
    case Quick::Yes:
      return true;
    case Quick::Undecided:
      break;
  }
  return choose(branch);
}

// Judges each condition by itself. That settles it unless two conditions look into array elements.
Evaluation::Quick Evaluation::judge_without_arrays(const Branch& branch) {
  int ties = 0;
  bool all_met = true;
  for (const FieldCondition& condition : branch) {
    const bool met = std::any_of(condition.any_of.begin(), condition.any_of.end(),
                                 [this](PredicateId id) { return holds(NodeId{index_of(id)}); });
    if (!met && !condition.or_absent) return Quick::No;
    if (!record_.has(condition.field)) continue;
    const Shape shape = shape_of(record_, condition.field);
    if (shape.has_tie) ++ties;
    if (met || !shape.has_leaf) continue;
    if (shape.has_free_leaf) return Quick::No;
    all_met = false;  // Present, but perhaps not in the element that the others choose.
  }
  if (ties > 1) return Quick::Undecided;
  return all_met ? Quick::Yes : Quick::No;
}

// Depth-first search, condition by condition in the order given (which matters for absence: it is
// judged by the elements chosen before it).
bool Evaluation::choose(const Branch& branch) {
  auto& choices = scratch_.choices;
  choices.assign(branch.size(), {kNone, kNoElement});
  visits_left_ = kVisitsMax;
  has_absence_ = std::any_of(branch.begin(), branch.end(),
                             [](const FieldCondition& condition) { return condition.or_absent; });
  std::size_t depth = 0;
  bool retry = false;  // Whether choices[depth] was chosen already and led nowhere.
  while (depth < branch.size()) {
    if (choose(branch[depth], depth, retry)) {
      ++depth;
      retry = false;
    } else {
      if (visits_left_ <= 0) return true;
      if (depth == 0) return false;
      --depth;
      retry = true;
    }
  }
  return true;
}

// Sets choices[depth] to the next way to meet `condition` that agrees with the choices before it.
bool Evaluation::choose(const FieldCondition& condition, std::size_t depth, bool retry) {
  Scratch::Choice& choice = scratch_.choices[depth];
  if (retry && choice.value == kNone) return false;
  // What imposes no element and led nowhere leaves nothing to hope for from what does, unless an
  // element chosen here could make a later field absent.
  if (retry && choice.element == kNoElement && !has_absence_) return false;
  const json::ElementId tried = retry ? choice.element : kNoElement;
  auto i = retry ? record_.value(choice.value).next : record_.first(condition.field);
  for (; i != kNone; i = record_.value(i).next) {
    if (--visits_left_ <= 0) return false;
    const json::Value& value = record_.value(i);
    if (retry && value.element == tried) continue;
    if (!is_consistent(value.element, depth) || !passes(condition, i)) continue;
    choice = {i, value.element};
    return true;
  }
  if (!condition.or_absent || !is_absent(condition.field, depth)) return false;
  choice = {kNone, kNoElement};
  return true;
}

bool Evaluation::is_consistent(json::ElementId element, std::size_t depth) const {
  const auto first = scratch_.choices.begin();
  return std::all_of(
      first, first + static_cast<std::ptrdiff_t>(depth),
      [&](const Scratch::Choice& choice) { return record_.consistent(choice.element, element); });
}

bool Evaluation::is_absent(json::FieldId field, std::size_t depth) {
  for (auto i = record_.first(field); i != kNone; i = record_.value(i).next) {
    if (--visits_left_ <= 0) return false;
    const json::Value& value = record_.value(i);
    if (is_scalar(value.kind) && is_consistent(value.element, depth)) return false;
  }
  return true;
}

bool Evaluation::passes(const FieldCondition& condition, std::uint32_t value) {
  return std::any_of(condition.any_of.begin(), condition.any_of.end(), [&](PredicateId id) {
    return program_.predicate(index_of(id)).passes(value, scratch_.texts);
  });
}

}  // namespace trailwarden::match
