// Logs at rest through the engine: reads the inputs on several threads and puts together what they
// say. Open this file first.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc_time.h"
#include "cloudtrail/feed.h"
#include "cloudtrail/reader.h"
#include "engine/engine.h"
#include "scan/result.h"
#include "triage/activity.h"

namespace trailwarden::scan {

class Checkpoint;

// Which events on_event() is told of.
enum class Lines : std::uint8_t { None, Findings, All };

struct ScanOptions {
  std::optional<UnixSeconds> since;  // Events before it are filtered; so are those at or after
  std::optional<UnixSeconds> until;  // this. Events without a time are kept.
  unsigned threads = 1;
  Lines lines = Lines::None;
  bool keep_raw = false;                             // Events carry the record's JSON.
  std::size_t sorter_bytes = std::size_t{24} << 20;  // Memory for what has to be sorted, in all.
  // Where what was read is noted, and looked up before it is read. Borrowed; nullptr: nowhere.
  Checkpoint* checkpoint = nullptr;
  // Safe events that somebody else judged and counted: added to the totals, told of to nobody.
  triage::ActivityCounts counted{};
  // Called once with the result, before `on_event`: a second opinion on its cases.
  std::function<void(const ScanResult&)> on_cases{};
};

// How far the scan is, for a progress line: read it from any thread.
struct Progress {
  cloudtrail::FeedProgress feed;
  cloudtrail::ReadProgress read;
  std::atomic<std::uint64_t> inputs{0};  // That were begun.
  std::atomic<std::uint64_t> records{0};
};

// One event with what it was judged to be. Borrowed.
struct EventVerdict {
  const triage::Sighting& event;
  const triage::Judgement& judgement;
  std::string_view case_id;  // Empty: the event belongs to no case.
  triage::Verdict case_verdict = triage::Verdict::Safe;
};
using OnEvent = std::function<void(const EventVerdict&)>;

// Reads all that `feed` hands out and judges every record. `on_event` is called after the reading,
// in the order of time and event id. Error: the feed's, no room for temporary files, or `stop` was
// requested.
Result<ScanResult> scan(const engine::Engine& engine, const ScanOptions& options,
                        cloudtrail::Feed& feed, Progress& progress, const std::stop_token& stop,
                        const OnEvent& on_event);

}  // namespace trailwarden::scan
