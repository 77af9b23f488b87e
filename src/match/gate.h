// Gates: what must be true of one field before a rule is worth evaluating.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "json/projection.h"
#include "match/known_rules.h"
#include "match/matcher.h"

namespace trailwarden::match {

// One of `predicates`, each a TextIs, holds whenever the rule does. None: the rule never holds.
struct Gate {
  std::vector<PredicateId> predicates;
  double cost = 0;  // Expected share of records that pass, in arbitrary units.
};

// Finds the gate with the fewest expected hits of each rule.
class GateFinder {
 public:
  GateFinder(const json::Projection& projection, const std::vector<Predicate>& predicates)
      : projection_(projection), predicates_(predicates) {}

  // Nothing: no field's exact texts are necessary, the rule must always be evaluated.
  std::optional<Gate> find(const Expression& expression) const;
  std::optional<Gate> find(const std::vector<Branch>& branches) const;

 private:
  std::optional<Gate> of(PredicateId id) const;
  std::optional<Gate> of(const Branch& branch) const;

  const json::Projection& projection_;
  const std::vector<Predicate>& predicates_;
};

// The gates of all rules, turned around: from a field's text to the rules it opens.
class GateIndex {
 public:
  // Each rule is added once. `predicates` are those that the gate's ids name.
  void add(std::uint32_t rule, const std::optional<Gate>& gate,
           const std::vector<Predicate>& predicates);
  // The rules of `known`, numbered on from `first_rule`; fields[i] is its FieldId i.
  void add(KnownRules& known, std::uint32_t first_rule, const std::vector<json::FieldId>& fields);
  // Its fields as add() takes them back.
  std::vector<KnownGate> known() const;

  struct Field {
    json::FieldId field;
    // By a value in ASCII lower case.
    boost::unordered_flat_map<std::string, std::vector<std::uint32_t>, TextHash, std::equal_to<>>
        rules_by_text;
    std::vector<std::uint32_t> rules_of_containers;  // Of Domain::AnyText: their JSON text.
  };
  const std::vector<Field>& fields() const { return fields_; }
  const std::vector<std::uint32_t>& always() const { return always_; }

 private:
  Field& field(json::FieldId id);

  std::vector<Field> fields_;
  std::vector<std::uint32_t> always_;
};

}  // namespace trailwarden::match
