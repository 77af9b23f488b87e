// The events of a case that are kept with their evidence: the most telling ones, a bounded number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include "triage/sighting.h"

namespace trailwarden::triage {

// An event matters more when its rules have been seen less often in the case (once, 2-3 times,
// 4-7 times, …), then when its risk is higher, then when it is earlier. So the first event of each
// rule stays, however often another rule fires.
class Timeline {
 public:
  explicit Timeline(std::size_t entries_max) : entries_max_(entries_max) {}

  // `risk`: of this event by itself; `seen_before`: how often the rule of it that was seen least
  // had been seen before.
  void add(Sighting sighting, std::uint8_t risk, std::uint64_t seen_before);

  // The events kept, in the order in which they were added.
  std::vector<Sighting> take() &&;

 private:
  struct Ranked {
    std::tuple<int, int, std::uint64_t> rank;  // Smaller matters more; the last is its number.
    Sighting sighting;
  };
  std::size_t entries_max_;
  std::uint64_t added_ = 0;
  std::vector<Ranked> heap_;  // The one that matters least in front.
};

}  // namespace trailwarden::triage
