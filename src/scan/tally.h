// What is counted over all events: by name, and over time. Tallies merge in any order.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "base/text_memo.h"
#include "base/utc_time.h"

namespace trailwarden::scan {

// Events counted by a name. Memory: one entry a distinct name (roles, not their sessions).
class NameCounts {
 public:
  NameCounts() = default;
  NameCounts(NameCounts&&) = default;
  NameCounts& operator=(NameCounts&&) = default;
  ~NameCounts() = default;
  NameCounts(const NameCounts&) = delete;  // known_ would point into the other's table.
  NameCounts& operator=(const NameCounts&) = delete;

  void add(std::string_view name, std::uint64_t events = 1) {
    if (events != 0) *known_.get(0, name, [&] { return count_of(name); }) += events;
  }
  void merge(const NameCounts& other);

  using Map = boost::unordered_flat_map<std::string, std::uint64_t, TextHash, std::equal_to<>>;
  const Map& map() const { return counts_; }

 private:
  std::uint64_t* count_of(std::string_view name);

  Map counts_;
  TextMemo<std::uint64_t*> known_{8, 128};  // Into counts_.
};

// Events counted over time, in slots of five minutes.
class TimeCounts {
 public:
  static constexpr UnixSeconds kSlotSeconds = 300;

  void add(UnixSeconds time, std::uint64_t events = 1);
  void merge(const TimeCounts& other);

  // Slot number (time / kSlotSeconds, rounded down) to events.
  using Map = boost::unordered_flat_map<UnixSeconds, std::uint64_t>;
  const Map& map() const { return counts_; }

 private:
  Map counts_;
  UnixSeconds last_slot_ = 0;
  std::uint64_t* last_ = nullptr;
};

// One thread's counts of judged events.
struct Tally {
  std::uint64_t judged = 0;
  std::uint64_t filtered = 0;
  std::uint64_t repeated = 0;
  std::uint64_t suppressed = 0;
  std::uint64_t without_time = 0;
  NameCounts users, services, regions;
  TimeCounts times;

  void merge(const Tally& other);
};

}  // namespace trailwarden::scan
