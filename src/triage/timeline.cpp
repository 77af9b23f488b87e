#include "triage/timeline.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace trailwarden::triage {

void Timeline::add(TimelineEntry entry, std::uint64_t seen_before) {
  const int repetition = static_cast<int>(std::bit_width(seen_before));
  const std::tuple rank{repetition, -static_cast<int>(entry.judgement.risk), added_++};
  const auto by_rank = [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; };
  if (heap_.size() == entries_max_) {
    if (heap_.empty() || !(rank < heap_.front().rank)) return;
    std::pop_heap(heap_.begin(), heap_.end(), by_rank);
    heap_.pop_back();
  }
  heap_.push_back({rank, std::move(entry)});
  std::push_heap(heap_.begin(), heap_.end(), by_rank);
}

std::vector<TimelineEntry> Timeline::take() && {
  std::sort(heap_.begin(), heap_.end(), [](const Ranked& a, const Ranked& b) {
    return std::get<2>(a.rank) < std::get<2>(b.rank);
  });
  std::vector<TimelineEntry> entries;
  entries.reserve(heap_.size());
  for (Ranked& ranked : heap_) entries.push_back(std::move(ranked.entry));
  heap_.clear();
  return entries;
}

}  // namespace trailwarden::triage
