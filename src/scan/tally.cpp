#include "scan/tally.h"

namespace trailwarden::scan {
namespace {

// Records that claim other years than CloudTrail has existed in (and some to come) must not cost a
// slot each.
constexpr UnixSeconds kEarliest = 1'262'304'000;  // 2010-01-01
constexpr UnixSeconds kLatest = 4'102'444'800;    // 2100-01-01

}  // namespace

std::uint64_t* NameCounts::count_of(std::string_view name) {
  const auto found = counts_.find(name);
  if (found != counts_.end()) return &found->second;
  known_.clear();  // The table may move.
  return &counts_.emplace(std::string(name), 0).first->second;
}

void NameCounts::merge(const NameCounts& other) {
  known_.clear();
  for (const auto& [name, count] : other.counts_) counts_[name] += count;
}

void TimeCounts::add(UnixSeconds time, std::uint64_t events) {
  if (time < kEarliest || time >= kLatest) return;
  const UnixSeconds slot = time / kSlotSeconds;
  if (last_ == nullptr || slot != last_slot_) {
    last_ = &counts_[slot];
    last_slot_ = slot;
  }
  *last_ += events;
}

void TimeCounts::merge(const TimeCounts& other) {
  last_ = nullptr;
  for (const auto& [slot, count] : other.counts_) counts_[slot] += count;
}

void Tally::merge(const Tally& other) {
  judged += other.judged;
  filtered += other.filtered;
  repeated += other.repeated;
  suppressed += other.suppressed;
  without_time += other.without_time;
  users.merge(other.users);
  services.merge(other.services);
  regions.merge(other.regions);
  times.merge(other.times);
}

}  // namespace trailwarden::scan
