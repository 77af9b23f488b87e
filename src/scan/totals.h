// What one worker adds up: counts, and what has to be sorted.
#pragma once

#include <optional>

#include "scan/outcome.h"
#include "scan/problem_keeper.h"
#include "scan/repeat_set.h"
#include "scan/scan.h"
#include "scan/sorter.h"
#include "scan/tally.h"

namespace trailwarden::scan {

// Fed by one thread: record by record as they are read, or with the outcomes of a checkpoint.
class Totals final : public OutcomeVisitor {
 public:
  // `seen` is shared by all totals of a run, and outlives their feeding.
  Totals(const ScanOptions& options, RepeatSet& seen);

  // Counts a record. Whether it repeats one that was counted before.
  bool count(const JudgedRecord& record);
  // Counts events of an hour that were judged elsewhere.
  void count(const triage::Activity& activity, std::uint64_t events);
  // Keeps what has to be sorted of a record that was counted; `event` may be empty then.
  // A repeat's findings are kept too and fall together with the first copy's when they are sorted:
  // which copy came first must not matter.
  void keep(const JudgedRecord& record, bool repeated);

  void on_judged(const JudgedRecord& record) override { keep(record, count(record)); }
  void on_filtered(std::uint64_t records) override { tally.filtered += records; }
  void on_problem(const cloudtrail::Problem& problem) override { problems.add(problem); }

  // Takes over all of `other`. Error: a temporary file could not be written, here or there.
  Result<void> merge(Totals&& other);

  Tally tally;
  Sorter sightings;  // Keys: triage::encode(), payloads empty. Events with findings.
  Sorter safe;       // The same for events without, keyed by time: for Lines::All.
  ProblemKeeper problems;
  std::optional<UnixSeconds> first, last;
  std::optional<Error> failure;  // A temporary file could not be written.

 private:
  RepeatSet* seen_;
};

}  // namespace trailwarden::scan
