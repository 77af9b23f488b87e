// What of a scan a digest is about: the latest events that are of interest, and all that is
// dangerous or uncertain, however long ago.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "scan/scan.h"

namespace trailwarden::digest {

struct CollectOptions {
  std::uint64_t events_max = 20'000;  // Safe events that are kept: the latest.
  bool with_services = false;         // Also what AWS services did of their own accord.
};

// Every judged event is in one of these.
struct Collected {
  std::uint64_t kept = 0;
  std::uint64_t services = 0;              // Safe calls of AWS services, left out.
  std::uint64_t older = 0;                 // Safe ones before the latest `events_max`, left out.
  std::optional<UnixSeconds> first, last;  // Of what was kept.
};

// Told of each event that is kept, in order of time among safe ones and among the others: its
// verdict is its case's where that is more.
using OnKept = std::function<void(const triage::Sighting& event, triage::Verdict verdict,
                                  const std::string& case_id)>;

// Takes the events of scan::scan() with Lines::All. Memory: the latest `events_max` events, some
// 700 bytes each.
class Collector {
 public:
  Collector(const CollectOptions& options, OnKept on_kept)
      : options_(options), on_kept_(std::move(on_kept)) {}

  void add(const scan::EventVerdict& event);
  // To be called once, after the last event.
  Collected finish();

 private:
  struct Kept {
    triage::Sighting event;
    std::string case_id;
  };
  void keep(const triage::Sighting& event, triage::Verdict verdict, const std::string& case_id);

  const CollectOptions options_;
  const OnKept on_kept_;
  std::deque<Kept> latest_;  // Safe ones.
  Collected collected_;
};

}  // namespace trailwarden::digest
