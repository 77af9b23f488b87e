#include "watch/kind_limit.h"

#include <string>

namespace trailwarden::watch {

triage::ActivityCounts KindLimit::sum(std::span<const JudgedPart> parts, UnixSeconds now) {
  const UnixSeconds hour = now - now % triage::kActivityStep;
  if (hour != hour_) known_.clear();
  hour_ = hour;
  triage::ActivityCounts all;
  for (const JudgedPart& part : parts) {
    for (const auto& [activity, events] : part.activity) {
      if (is_known(triage::kind_of(activity))) {
        all[activity] += events;
      } else {
        triage::Activity of_others = activity;
        of_others.user = triage::kOtherPrincipals;
        all[std::move(of_others)] += events;
      }
    }
  }
  return all;
}

bool KindLimit::is_known(std::uint64_t kind) {
  if (known_.size() < kinds_max_) known_.insert(kind);
  return known_.contains(kind);
}

}  // namespace trailwarden::watch
