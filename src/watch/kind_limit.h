// A bound on how many kinds of safe events one hour may bring.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_set>

#include "base/utc_time.h"
#include "triage/activity.h"
#include "watch/judged.h"

namespace trailwarden::watch {

// Sessions are named by who assumes the role: whoever calls under ever new names would have the
// store write a row for each. Kinds beyond the limit count for triage::kOtherPrincipals; of calls,
// accounts, regions and errors there are as many as AWS has.
class KindLimit {
 public:
  // Several times those of a large organisation's busy hour; some four megabytes of the store.
  static constexpr std::size_t kKindsMax = 20'000;

  // kinds_max: that keep their principal within an hour of this machine's clock.
  explicit KindLimit(std::size_t kinds_max = kKindsMax) : kinds_max_(kinds_max) {}

  // The safe events of the parts together. Parts that are counted again come out alike.
  triage::ActivityCounts sum(std::span<const JudgedPart> parts, UnixSeconds now);

 private:
  bool is_known(std::uint64_t kind);

  const std::size_t kinds_max_;
  UnixSeconds hour_ = 0;
  std::unordered_set<std::uint64_t> known_;  // In hour_.
};

}  // namespace trailwarden::watch
