// One thread of a scan: judges what its reader hands it, counts, and keeps what has findings.
#pragma once

#include <optional>

#include "scan/problem_keeper.h"
#include "scan/repeat_set.h"
#include "scan/scan.h"
#include "scan/sorter.h"
#include "scan/tally.h"

namespace trailwarden::scan {

class Worker final : public cloudtrail::RecordVisitor {
 public:
  // Everything is borrowed and shared but what the worker makes itself.
  Worker(const engine::Engine& engine, const ScanOptions& options, RepeatSet& seen,
         Progress& progress);

  void on_record(const cloudtrail::RawRecord& record) override;
  void on_problem(const cloudtrail::Problem& problem) override;

  // What the worker made, to be merged by whoever runs it.
  Tally tally;
  Sorter sightings;  // Keys: triage::encode(), payloads empty. Events with findings.
  Sorter safe;       // The same for events without, keyed by time: for Lines::All.
  ProblemKeeper problems;
  std::optional<UnixSeconds> first, last;
  std::optional<Error> failure;  // A temporary file could not be written.

 private:
  bool in_period(const cloudtrail::Event& event) const;
  void count(const cloudtrail::Event& event);
  // With the record itself where the options ask for it.
  triage::Sighting sight(const cloudtrail::RawRecord& record, const cloudtrail::Event& event,
                         std::span<const match::RuleId> matched);
  void keep(Result<void> added);

  const engine::Engine& engine_;
  const ScanOptions& options_;
  RepeatSet& seen_;
  Progress& progress_;
  engine::Judge judge_;
};

}  // namespace trailwarden::scan
