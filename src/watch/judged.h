// What judging a delivery came to: what goes from the judging threads to the desk.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/live_source.h"
#include "triage/activity.h"
#include "triage/finding.h"
#include "triage/sighting.h"

namespace trailwarden::watch {

using SteadyTime = std::chrono::steady_clock::time_point;

// read = judged + filtered + skipped; repeats are known to the desk alone.
struct Counts {
  std::uint64_t read = 0;
  std::uint64_t judged = 0;
  std::uint64_t filtered = 0;
  std::uint64_t skipped = 0;
  std::uint64_t suppressed = 0;  // Of those judged.

  Counts& operator+=(const Counts& other);
};

// An event with findings.
struct JudgedEvent {
  std::string fingerprint;
  triage::Sighting sighting;  // Without the record.
  std::string record;         // As JSON.
  triage::Judgement judgement;
};

// Some or all of one delivery: a log file may hold more events than one transaction should.
struct JudgedPart {
  source::Receipt receipt{};
  std::string name;      // The delivery's. Hostile text.
  bool is_last = false;  // Behind this nothing of the delivery comes.
  // Of the last: what Delivery::object says.
  std::optional<source::ReadObject> object{};
  std::string unreadable{};  // Of the last: why nothing of the delivery could be read, or empty.
  Counts counts{};
  std::vector<JudgedEvent> events{};
  triage::ActivityCounts activity{};  // Events without findings, but those without a time.
  SteadyTime received;                // When the source handed the delivery out.

  std::size_t weight() const { return 1 + events.size() + activity.size(); }
};

// What makes two deliveries of a record one event: its id and all that a verdict line shows. Copies
// with one id that differ in these are two events: dropping one could hide something. Without an id
// it is its `record`.
std::string fingerprint(const triage::Sighting& sighting, std::string_view record);

}  // namespace trailwarden::watch
