#include "digest/collect.h"

#include <algorithm>

namespace trailwarden::digest {

void Collector::keep(const triage::Sighting& event, triage::Verdict verdict,
                     const std::string& case_id) {
  on_kept_(event, verdict, case_id);
  ++collected_.kept;
  if (!event.time) return;
  collected_.first = std::min(collected_.first.value_or(*event.time), *event.time);
  collected_.last = std::max(collected_.last.value_or(*event.time), *event.time);
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

Collected Collector::finish() {
  for (const Kept& kept : latest_) keep(kept.event, triage::Verdict::Safe, kept.case_id);
  latest_.clear();
  return collected_;
}

}  // namespace trailwarden::digest
