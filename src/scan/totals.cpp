#include "scan/totals.h"

#include <algorithm>
#include <utility>

#include "scan/line_order.h"

namespace trailwarden::scan {

Totals::Totals(const ScanOptions& options, RepeatSet& seen)
    : sightings(options.sorter_bytes / 2 / options.threads),
      safe(options.sorter_bytes / 2 / options.threads),
      seen_(&seen) {}

bool Totals::count(const JudgedRecord& record) {
  if (record.fingerprint && !seen_->insert(*record.fingerprint, record.time.value_or(0))) {
    ++tally.repeated;
    return true;
  }
  ++tally.judged;
  if (record.suppressed) ++tally.suppressed;
  tally.users.add(record.user);
  tally.services.add(record.service);
  tally.regions.add(record.region);
  if (!record.time) {
    ++tally.without_time;
    return false;
  }
  tally.times.add(*record.time);
  first = first ? std::min(*first, *record.time) : *record.time;
  last = last ? std::max(*last, *record.time) : *record.time;
  return false;
}

void Totals::count(const triage::Activity& activity, std::uint64_t events) {
  tally.judged += events;
  tally.users.add(activity.user, events);
  tally.services.add(activity.source, events);
  tally.regions.add(activity.region, events);
  tally.times.add(activity.hour, events);
  const UnixSeconds end = activity.hour + triage::kActivityStep - 1;
  first = first ? std::min(*first, activity.hour) : activity.hour;
  last = last ? std::max(*last, end) : end;
}

void Totals::keep(const JudgedRecord& record, bool repeated) {
  if (record.event.empty()) return;
  Result<void> kept;
  if (record.line_key.empty()) {
    kept = sightings.add(record.event, {});
  } else if (!repeated) {
    kept = safe.add(record.line_key, line_payload({}, record.event));
  }
  if (!kept && !failure) failure = std::move(kept).error();
}

Result<void> Totals::merge(Totals&& other) {
  for (const auto* failed : {&failure, &other.failure}) {
    if (*failed) return tl::unexpected(**failed);
  }
  tally.merge(other.tally);
  problems.merge(other.problems);
  if (other.first) first = first ? std::min(*first, *other.first) : *other.first;
  if (other.last) last = last ? std::max(*last, *other.last) : *other.last;
  TW_TRY(sightings.take(std::move(other.sightings)));
  return safe.take(std::move(other.safe));
}

}  // namespace trailwarden::scan
