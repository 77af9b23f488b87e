#include "digest/collect.h"

#include <algorithm>

namespace trailwarden::digest {

void Collector::keep(const triage::Sighting& event, triage::Verdict verdict,
                     const std::string& case_id) {
  on_kept_(event, verdict, case_id);
  ++collected_.kept;
  if (event.time) widen(*event.time, *event.time);
}

void Collector::widen(UnixSeconds first, UnixSeconds last) {
  collected_.first = std::min(collected_.first.value_or(first), first);
  collected_.last = std::max(collected_.last.value_or(last), last);
}

void Collector::add(const scan::EventVerdict& event) {
  const std::string case_id(event.case_id);
  const triage::Verdict verdict = std::max(event.judgement.verdict, event.case_verdict);
  if (verdict != triage::Verdict::Safe) {
    keep(event.event, verdict, case_id);
    return;
  }
  if (event.event.is_service && !options_.with_services) {
    ++collected_.services;
    return;
  }
  latest_.push_back({event.event, case_id});
  if (latest_.size() <= options_.events_max) return;
  latest_.pop_front();
  ++collected_.older;
}

void Collector::add(const triage::Activity& activity, std::uint64_t events) {
  collected_.counted += events;
  if (activity.is_service && !options_.with_services) {
    collected_.services += events;
    return;
  }
  if (room_ == 0) {
    collected_.older += events;
    return;
  }
  room_ -= std::min(room_, events);
  collected_.kept += events;
  widen(activity.hour, activity.hour + triage::kActivityStep - 1);
  on_counted_(activity, events);
}

Collected Collector::finish(const triage::ActivityCounts& counted) {
  room_ = options_.events_max - latest_.size();
  for (const Kept& kept : latest_) keep(kept.event, triage::Verdict::Safe, kept.case_id);
  latest_.clear();
  std::for_each(counted.rbegin(), counted.rend(),
                [this](const auto& each) { add(each.first, each.second); });
  return collected_;
}

}  // namespace trailwarden::digest
