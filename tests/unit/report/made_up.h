// A scan's result in which every text that can come from a log is the one given.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"
#include "scan/scan.h"

namespace trailwarden::report {

struct MadeUp {
  explicit MadeUp(const std::string& text, std::size_t findings = 2);

  Report report() const {
    return {.result = result,
            .rules = rules,
            .rules_hash = "0123456789abcdef",
            .generator = "trailwarden test",
            .inputs = inputs};
  }
  scan::EventVerdict verdict() const {
    const triage::TimelineEntry& entry = result.cases.front().timeline.front();
    return {.event = entry.sighting,
            .judgement = entry.judgement,
            .case_id = result.cases.front().id,
            .case_verdict = triage::Verdict::Dangerous};
  }

  scan::ScanResult result;
  std::vector<sigma::Rule> rules;
  std::vector<std::string> inputs;
};

}  // namespace trailwarden::report
