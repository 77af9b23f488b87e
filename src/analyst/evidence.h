// What a model is told of a case: its evidence as compact JSON, not the records. At most about
// 12 KB whatever the case.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyst/names.h"
#include "triage/case.h"

namespace trailwarden::analyst {

enum class Redaction : std::uint8_t { Off, On };

struct Evidence {
  std::string json;
  std::vector<std::string> event_ids;  // "e1" in the JSON stands for the first, and so on.
};

// `names` of the same case; it learns what it meets.
Evidence evidence_of(const triage::Case& found, Redaction redaction, Names& names);

// What makes two cases the same to a reader: rules, calls, how they ended, how many in steps of
// two, what kind of identity with what kind of tool from what kind of place, whether one or
// several. No ids, names, addresses or times.
std::string shape_of(const triage::Case& found);

}  // namespace trailwarden::analyst
