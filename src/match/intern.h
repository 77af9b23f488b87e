// Tables that store equal things once: predicates, and expressions over them. Private to match/.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "match/matcher.h"
#include "match/predicate.h"
#include "match/program.h"

namespace trailwarden::match {

// Brings predicates that mean the same to the same form: values sorted, each once, in lower case
// where case is ignored.
void normalise(Predicate& predicate);

class PredicateTable {
 public:
  std::optional<PredicateId> find(const Predicate& predicate) const;
  PredicateId add(Predicate predicate);
  const std::vector<Predicate>& all() const { return predicates_; }
  std::vector<Predicate> release() && { return std::move(predicates_); }

 private:
  std::vector<Predicate> predicates_;
  std::unordered_multimap<std::size_t, std::size_t> by_hash_;
};

// Lays expressions out as nodes of a program whose predicates are complete.
class NodeTable {
 public:
  explicit NodeTable(Program& program) : program_(program) {}
  NodeId add(const Expression& expression);

 private:
  Program& program_;
  std::map<std::pair<Expression::Kind, std::vector<NodeId>>, NodeId> known_;
};

}  // namespace trailwarden::match
