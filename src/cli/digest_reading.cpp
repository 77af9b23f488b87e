#include "cli/digest_reading.h"

#include <cstdint>
#include <string>

#include "cli/inputs.h"
#include "cli/messages.h"
#include "cli/period.h"
#include "cli/store_feed.h"

namespace trailwarden::cli {
namespace {

constexpr std::uint64_t kEventsMax = 20'000;

digest::Dimension dimension_named(std::string_view name) {
  using digest::Dimension;
  for (const Dimension by :
       {Dimension::User, Dimension::Service, Dimension::Region, Dimension::Account}) {
    if (to_string(by) == name) return by;
  }
  return Dimension::All;
}

digest::CollectOptions collect_options(const Request& request) {
  digest::CollectOptions options;
  options.events_max =
      request.has("max-events") ? std::stoull(request.text("max-events")) : kEventsMax;
  options.with_services = request.has("with-services");
  return options;
}

// What a pattern lets through of events cannot be told by their numbers.
Result<triage::ActivityCounts> counted_for(const Request& request,
                                           const scan::ScanOptions& options) {
  if (request.has("pattern")) return triage::ActivityCounts();
  return counted_in(request.inputs, options.since, options.until);
}

}  // namespace

Result<scan::ScanOptions> digest_options(const Request& request) {
  const AskedPeriod period = TW_TRY(asked_period(request));
  scan::ScanOptions options;
  options.threads = threads_of(request);
  options.lines = scan::Lines::All;
  options.since = period.since;
  options.until = period.until;
  return options;
}

Result<DigestReading> read_for_digest(const Request& request, const engine::Engine& engine,
                                      const scan::ScanOptions& options, scan::Progress& progress,
                                      const std::stop_token& stop) {
  const FeedRequest wanted{
      .inputs = request.inputs, .since = options.since, .until = options.until};
  const auto feed = TW_TRY(open_feed(request, wanted, progress.feed, stop));
  digest::Folder by_user(digest::Dimension::User, engine.rules());
  const digest::Dimension by = dimension_named(request.text("by"));
  std::optional<digest::Folder> by_other;
  if (by != digest::Dimension::All && by != digest::Dimension::User) {
    by_other.emplace(by, engine.rules());
  }
  digest::Collector collector(
      collect_options(request),
      [&](const triage::Sighting& event, triage::Verdict verdict, const std::string& case_id) {
        by_user.add(event, verdict, case_id);
        if (by_other) by_other->add(event, verdict, case_id);
      },
      [&](const triage::Activity& activity, std::uint64_t events) {
        by_user.add(activity, events);
        if (by_other) by_other->add(activity, events);
      });
  scan::ScanOptions with_counted = options;
  with_counted.counted = TW_TRY(counted_for(request, options));
  DigestReading reading;
  reading.result =
      TW_TRY(scan::scan(engine, with_counted, *feed, progress, stop,
                        [&](const scan::EventVerdict& event) { collector.add(event); }));
  reading.collected = collector.finish(with_counted.counted);
  reading.by_user = by_user.take();
  if (by_other) reading.by_other = by_other->take();
  return reading;
}

digest::Material material_of(const Request& request, const DigestReading& reading,
                             const digest::Facts* before) {
  return {.result = reading.result,
          .collected = reading.collected,
          .by_user = reading.by_user,
          .by = dimension_named(request.text("by")),
          .by_group = reading.by_other ? *reading.by_other : reading.by_user,
          .before = before};
}

}  // namespace trailwarden::cli
