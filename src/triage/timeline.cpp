#include "triage/timeline.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace trailwarden::triage {

void Timeline::add(Sighting sighting, std::uint8_t risk, std::uint64_t seen_before) {
  const int repetition = static_cast<int>(std::bit_width(seen_before));
  const std::tuple rank{repetition, -static_cast<int>(risk), added_++};
  const auto by_rank = [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; };
  if (heap_.size() == entries_max_) {
    if (heap_.empty() || !(rank < heap_.front().rank)) return;
    std::pop_heap(heap_.begin(), heap_.end(), by_rank);
    heap_.pop_back();
  }
  heap_.push_back({rank, std::move(sighting)});
  std::push_heap(heap_.begin(), heap_.end(), by_rank);
}

std::vector<Sighting> Timeline::take() && {
  std::sort(heap_.begin(), heap_.end(), [](const Ranked& a, const Ranked& b) {
    return std::get<2>(a.rank) < std::get<2>(b.rank);
  });
  std::vector<Sighting> sightings;
  sightings.reserve(heap_.size());
  for (Ranked& ranked : heap_) sightings.push_back(std::move(ranked.sighting));
  heap_.clear();
  return sightings;
}

}  // namespace trailwarden::triage
