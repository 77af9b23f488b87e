// Regular expressions that every record asks of one field, searched in one pass. Private to match/.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "json/projection.h"
#include "match/predicate.h"
#include "match/regex.h"

namespace trailwarden::match {

struct Program;

// Predicates on one field and domain; predicates[i] is expression i of `set`.
struct RegexGroup {
  json::FieldId field;
  Domain domain;
  std::vector<std::uint32_t> predicates;
  std::unique_ptr<RegexSet> set;
};

// Fills Program::regex_groups and group_of from the rules that have no gate. Expressions behind a
// gate stay alone: few records ask them.
void group_regexes(Program& program);

}  // namespace trailwarden::match
