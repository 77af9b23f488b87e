// Rules as a finished Matcher holds them, as plain values: for who keeps them elsewhere, and adds
// them to another builder without compiling them again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "json/projection.h"
#include "match/matcher.h"
#include "match/predicate.h"

namespace trailwarden::match {

// An Expression laid out flat: operands [first, first + count) of a list of NodeIds. Equal
// expressions of different rules are one node. A number below the number of predicates is that
// predicate, n beyond is nodes[n - predicates.size()].
enum class NodeId : std::uint32_t {};
struct Node {
  Expression::Kind kind = Expression::Kind::And;  // Never Predicate.
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  bool operator==(const Node&) const = default;
};

// One field's share in the gates (gate.h): which rules are worth judging where it has which text.
struct KnownGate {
  struct Text {
    std::string text;  // In ASCII lower case.
    std::vector<std::uint32_t> rules;
    bool operator==(const Text&) const = default;
  };
  json::FieldId field{};
  std::vector<Text> texts;  // In their order.
  std::vector<std::uint32_t> rules_of_containers;
  bool operator==(const KnownGate&) const = default;
};

struct KnownRules {
  std::vector<std::string> paths;     // Names joined by dots, in order of their first use.
  std::vector<Predicate> predicates;  // FieldIds are places in `paths`. Each once, normalised.
  std::vector<Node> nodes;            // Behind those that they lead to.
  std::vector<NodeId> operands;
  std::vector<NodeId> rules;  // What each rule asks.
  std::vector<KnownGate> gates;
  std::vector<std::uint32_t> always;  // Rules without a gate.
  bool operator==(const KnownRules&) const = default;
};

}  // namespace trailwarden::match
