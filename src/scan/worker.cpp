#include "scan/worker.h"

#include "base/hash.h"
#include "scan/line_order.h"

namespace trailwarden::scan {
namespace {

// What makes two records one event: the id and all that a verdict line shows. Copies with one id
// that differ in these are judged apart: dropping one could hide something.
std::uint64_t fingerprint(const cloudtrail::Event& event) {
  return hash64(static_cast<std::uint64_t>(event.time.value_or(0)),
                {event.id, event.source, event.name, event.region, event.source_ip,
                 event.user_agent, event.error_code, event.principal, event.account});
}

}  // namespace

Worker::Worker(const engine::Engine& engine, const ScanOptions& options, RepeatSet& seen,
               Progress& progress)
    : totals(options, seen),
      engine_(engine),
      options_(options),
      records_(progress.records),
      judge_(engine) {}

void Worker::on_record(const cloudtrail::RawRecord& record) {
  records_.add_one();
  const cloudtrail::Event event = cloudtrail::read_event(engine_.fields(), record.found);
  if (!in_period(event)) return filtered();
  const engine::Opinion opinion = judge_.judge(record);
  if (!opinion.wanted) return filtered();

  JudgedRecord judged;
  if (!event.id.empty()) judged.fingerprint = fingerprint(event);
  judged.time = event.time;
  judged.user = event.user;
  judged.service = event.source;
  judged.region = event.region;
  judged.suppressed = opinion.suppressed;
  const bool repeated = totals.count(judged);

  // Another run may find that it was this copy that came first.
  const bool keeps_line = options_.lines == Lines::All && (!repeated || outcome_ != nullptr);
  std::string encoded;
  std::string line;
  if (!opinion.matched.empty() || keeps_line) {
    const triage::Sighting sighting = sight(record, event, opinion.matched);
    encoded = triage::encode(sighting);
    if (opinion.matched.empty()) line = line_key(sighting);
    judged.event = encoded;
    judged.line_key = line;
    totals.keep(judged, repeated);
  }
  if (outcome_ != nullptr) outcome_->add(judged);
}

void Worker::filtered() {
  totals.on_filtered(1);
  if (outcome_ != nullptr) outcome_->add_filtered();
}

void Worker::on_problem(const cloudtrail::Problem& problem) {
  totals.on_problem(problem);
  if (outcome_ != nullptr) outcome_->add(problem);
}

triage::Sighting Worker::sight(const cloudtrail::RawRecord& record, const cloudtrail::Event& event,
                               std::span<const match::RuleId> matched) {
  triage::Sighting sighting = judge_.sight(record, event, matched);
  if (options_.keep_raw) sighting.raw = record.text;
  return sighting;
}

bool Worker::in_period(const cloudtrail::Event& event) const {
  if (!event.time) return true;
  return (!options_.since || *event.time >= *options_.since) &&
         (!options_.until || *event.time < *options_.until);
}

}  // namespace trailwarden::scan
