// Folded lines as a model reads them: compact JSON, in portions that fit one prompt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "analyst/names.h"
#include "digest/fold.h"
#include "digest/labels.h"

namespace trailwarden::digest {

// One portion: of one group or of several, in their order.
struct Leaf {
  std::string json;              // An array of users with their lines.
  std::string about;             // "4,120 events in 90 lines": for whoever joins summaries.
  std::set<std::size_t> events;  // The numbers of the labels that stand in it.
};

// About `bytes_max` each; a single line is never split, but its values are bounded. Every line is
// in one leaf: as call, number and error where no rule minds it, else in full, with a label for
// every event of a whole line. Names are hidden by `names` where there are any: users, accounts,
// addresses, what calls were about; not services, calls, regions and errors.
std::vector<Leaf> leaves_of(const std::vector<Group>& groups, std::size_t bytes_max, Labels& labels,
                            analyst::Names* names = nullptr);

}  // namespace trailwarden::digest
