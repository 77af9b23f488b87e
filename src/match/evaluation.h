// One record judged by one program. Private to match/.
#pragma once

#include <cstdint>

#include "match/program.h"

namespace trailwarden::match {

// Borrows all three; they must stay as they are while it lives.
class Evaluation {
 public:
  Evaluation(const Program& program, json::Projected& record, Scratch& scratch);

  bool holds(std::uint32_t rule);
  bool holds(NodeId node);
  // Array consistency: values of array elements count together only when one choice of elements
  // leads to all of them.
  bool holds(const Branch& branch);
  // Looks for one value a condition; scratch.choices holds them when there are.
  bool choose(const Branch& branch);

 private:
  enum class Quick : std::uint8_t { No, Yes, Undecided };

  bool judge(const Node& node);
  bool judge_predicate(std::uint32_t predicate);
  bool judge_together(const RegexGroup& group);
  Quick judge_without_arrays(const Branch& branch);

  bool choose(const FieldCondition& condition, std::size_t depth, bool retry);
  bool is_consistent(json::ElementId element, std::size_t depth) const;
  bool is_absent(json::FieldId field, std::size_t depth);
  bool passes(const FieldCondition& condition, std::uint32_t value);

  const Program& program_;
  json::Projected& record_;
  Scratch& scratch_;
  // While elements are chosen:
  int visits_left_ = 0;       // Of values.
  bool has_absence_ = false;  // Whether the branch asks for an absent field.
};

}  // namespace trailwarden::match
