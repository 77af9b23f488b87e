#include "scan/worker.h"

#include <algorithm>

#include "base/hash.h"
#include "scan/line_order.h"

namespace trailwarden::scan {
namespace {

// What makes two records one event: the id and all that a verdict line shows. Copies with one id
// that differ in these are judged apart: dropping one could hide something.
std::uint64_t fingerprint(const cloudtrail::Event& event) {
  // Each text by itself and then the hashes: no hash waits for the one before it.
  const std::uint64_t parts[] = {
      static_cast<std::uint64_t>(event.time.value_or(0)),
      hash64(event.id),
      hash64(event.source),
      hash64(event.name),
      hash64(event.region),
      hash64(event.source_ip),
      hash64(event.user_agent),
      hash64(event.error_code),
      hash64(event.principal),
      hash64(event.account),
  };
  return hash64({reinterpret_cast<const char*>(parts), sizeof parts});
}

}  // namespace

Worker::Worker(const engine::Engine& engine, const ScanOptions& options, RepeatSet& seen,
               Progress& progress)
    : sightings(options.sorter_bytes / 2 / options.threads),
      safe(options.sorter_bytes / 2 / options.threads),
      engine_(engine),
      options_(options),
      seen_(seen),
      progress_(progress),
      judge_(engine) {}

void Worker::on_record(const cloudtrail::RawRecord& record) {
  progress_.records.fetch_add(1, std::memory_order_relaxed);
  const cloudtrail::Event event = cloudtrail::read_event(engine_.fields(), record.found);
  if (!in_period(event)) {
    ++tally.filtered;
    return;
  }
  const engine::Opinion opinion = judge_.judge(record);
  if (!opinion.wanted) {
    ++tally.filtered;
    return;
  }
  const bool repeated =
      !event.id.empty() && !seen_.insert(fingerprint(event), event.time.value_or(0));
  if (repeated) {
    ++tally.repeated;
  } else {
    count(event);
    if (opinion.suppressed) ++tally.suppressed;
  }
  // A repeat's findings are kept too and fall together with the first copy's when they are sorted:
  // which copy came first must not matter.
  if (!opinion.matched.empty()) {
    const triage::Sighting sighting = sight(record, event, opinion.matched);
    keep(sightings.add(triage::encode(sighting), {}));
  } else if (options_.lines == Lines::All && !repeated) {
    const triage::Sighting sighting = sight(record, event, {});
    keep(safe.add(line_key(sighting), line_payload({}, sighting)));
  }
}

triage::Sighting Worker::sight(const cloudtrail::RawRecord& record, const cloudtrail::Event& event,
                               std::span<const match::RuleId> matched) {
  triage::Sighting sighting = judge_.sight(record, event, matched);
  if (options_.keep_raw) sighting.raw = record.text;
  return sighting;
}

void Worker::on_problem(const cloudtrail::Problem& problem) { problems.add(problem); }

bool Worker::in_period(const cloudtrail::Event& event) const {
  if (!event.time) return true;
  return (!options_.since || *event.time >= *options_.since) &&
         (!options_.until || *event.time < *options_.until);
}

void Worker::count(const cloudtrail::Event& event) {
  ++tally.judged;
  tally.users.add(event.user);
  tally.services.add(event.source);
  tally.regions.add(event.region);
  if (!event.time) {
    ++tally.without_time;
    return;
  }
  tally.times.add(*event.time);
  first = first ? std::min(*first, *event.time) : *event.time;
  last = last ? std::max(*last, *event.time) : *event.time;
}

void Worker::keep(Result<void> added) {
  if (!added && !failure) failure = std::move(added).error();
}

}  // namespace trailwarden::scan
