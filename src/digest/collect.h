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
  std::uint64_t counted = 0;               // Of these three: known by number alone.
  std::optional<UnixSeconds> first, last;  // Of what was kept.
};

// Told of each event that is kept, in order of time among safe ones and among the others: its
// verdict is its case's where that is more.
using OnKept = std::function<void(const triage::Sighting& event, triage::Verdict verdict,
                                  const std::string& case_id)>;

// Told, after all events, of safe ones that are kept by number.
using OnCounted = std::function<void(const triage::Activity& activity, std::uint64_t events)>;

// Takes the events of scan::scan() with Lines::All. Memory: the latest `events_max` events, some
// 700 bytes each.
class Collector {
 public:
  Collector(const CollectOptions& options, OnKept on_kept, OnCounted on_counted)
      : options_(options), on_kept_(std::move(on_kept)), on_counted_(std::move(on_counted)) {}

  void add(const scan::EventVerdict& event);
  // To be called once, after the last event. Of `counted` what the latest events leave room for is
  // kept, from the last hour back.
  Collected finish(const triage::ActivityCounts& counted);

 private:
  struct Kept {
    triage::Sighting event;
    std::string case_id;
  };
  void keep(const triage::Sighting& event, triage::Verdict verdict, const std::string& case_id);
  void add(const triage::Activity& activity, std::uint64_t events);
  void widen(UnixSeconds first, UnixSeconds last);

  const CollectOptions options_;
  const OnKept on_kept_;
  const OnCounted on_counted_;
  std::deque<Kept> latest_;  // Safe ones.
  std::uint64_t room_ = 0;   // For counted ones.
  Collected collected_;
};

}  // namespace trailwarden::digest
