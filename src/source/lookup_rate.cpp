#include "source/lookup_rate.h"

#include <algorithm>

namespace trailwarden::source {
namespace {

using std::chrono::milliseconds;

// AWS CloudTrail User Guide, "Quotas": two transactions a second for LookupEvents. No bursts: a
// bucket that holds more than one call would now and then begin three within a second.
constexpr milliseconds kShortest{500};
constexpr milliseconds kLongest{8'000};

}  // namespace

LookupRate::Lane& LookupRate::lane(const std::string& key) {
  return lanes_.try_emplace(key, Lane{SteadyTime::min(), kShortest}).first->second;
}

bool LookupRate::await_turn(const std::string& key, const std::stop_token& stop) {
  SteadyTime mine;
  {
    const std::lock_guard lock(mutex_);
    Lane& at = lane(key);
    mine = std::max(at.next, now_());
    at.next = mine + at.interval;
  }
  const auto wait = std::chrono::ceil<milliseconds>(mine - now_());
  if (wait.count() > 0) sleep_(wait, stop);
  return !stop.stop_requested();
}

void LookupRate::throttled(const std::string& key) {
  const std::lock_guard lock(mutex_);
  Lane& at = lane(key);
  at.interval = std::min(at.interval * 2, kLongest);
  at.next = std::max(at.next, now_() + at.interval);
}

void LookupRate::went_well(const std::string& key) {
  const std::lock_guard lock(mutex_);
  Lane& at = lane(key);
  at.interval = std::max(at.interval * 15 / 16, kShortest);
}

milliseconds LookupRate::interval(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = lanes_.find(key);
  return found == lanes_.end() ? kShortest : found->second.interval;
}

}  // namespace trailwarden::source
