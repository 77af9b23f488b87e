// One thread of a scan: judges what its reader hands it, counts, and keeps what has findings.
#pragma once

#include "scan/outcome.h"
#include "scan/scan.h"
#include "scan/shared_count.h"
#include "scan/totals.h"

namespace trailwarden::scan {

class Worker final : public cloudtrail::RecordVisitor {
 public:
  // Everything is borrowed and shared but what the worker makes itself.
  Worker(const engine::Engine& engine, const ScanOptions& options, RepeatSet& seen,
         Progress& progress);

  void on_record(const cloudtrail::RawRecord& record) override;
  void on_problem(const cloudtrail::Problem& problem) override;

  // From now on, what is added to the totals is written to `outcome` as well; nullptr: no longer.
  void write_to(OutcomeWriter* outcome) { outcome_ = outcome; }

  // What the worker made, to be merged by whoever runs it.
  Totals totals;

 private:
  bool in_period(const cloudtrail::Event& event) const;
  void filtered();
  // With the record itself where the options ask for it.
  triage::Sighting sight(const cloudtrail::RawRecord& record, const cloudtrail::Event& event,
                         std::span<const match::RuleId> matched);

  const engine::Engine& engine_;
  const ScanOptions& options_;
  SharedCount records_;
  OutcomeWriter* outcome_ = nullptr;
  engine::Judge judge_;
};

}  // namespace trailwarden::scan
