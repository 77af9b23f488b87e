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
  std::optional<PredicateId> find(const Predicate& predicate);
  PredicateId add(Predicate predicate);
  // Adds predicates that are normalised and differ from each other. Their ids.
  std::vector<PredicateId> add_known(std::vector<Predicate> known);
  std::size_t size() const { return predicates_.size(); }
  std::vector<Predicate> release() && { return std::move(predicates_); }

 private:
  std::vector<Predicate> predicates_;
  // Of as many predicates as it has, the first ones; the others are put in by find().
  std::unordered_multimap<std::size_t, std::size_t> by_hash_;
};

// Lays expressions out as nodes of a program whose predicates are complete, and which may have
// nodes already.
class NodeTable {
 public:
  explicit NodeTable(Program& program) : program_(program) {}
  NodeId add(const Expression& expression);

 private:
  NodeId id_of(std::size_t node) const;
  void index_all();

  Program& program_;
  std::size_t indexed_ = 0;  // So many of the program's nodes are in known_.
  std::map<std::pair<Expression::Kind, std::vector<NodeId>>, NodeId> known_;
};

}  // namespace trailwarden::match
