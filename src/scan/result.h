// What a scan found, ready to be rendered: the same for any number of threads and order of inputs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/utc_time.h"
#include "cloudtrail/problem.h"
#include "triage/case.h"

namespace trailwarden::scan {

// Every record is accounted for: read = judged + filtered + repeated + skipped.
struct Counts {
  std::uint64_t read = 0;
  std::uint64_t judged = 0;
  std::uint64_t filtered = 0;  // Outside --since/--until, or the pattern does not match.
  std::uint64_t repeated = 0;  // The same event again, from another file.
  std::uint64_t skipped = 0;   // Damaged, too large, or no record of a call.
  // Of the judged ones:
  std::uint64_t dangerous = 0;
  std::uint64_t uncertain = 0;
  std::uint64_t safe = 0;
  std::uint64_t suppressed = 0;  // Safe, because a suppression covers what the rules found.
  std::uint64_t without_time = 0;
};

// One line of a table by user, service or region.
struct Row {
  std::string name;
  std::uint64_t events = 0;
  std::uint64_t dangerous = 0;
  std::uint64_t uncertain = 0;
  std::uint64_t cases = 0;
};

// Events over time in equal steps.
struct Timeline {
  UnixSeconds start = 0;
  UnixSeconds step_seconds = 0;  // 0: no event has a time.
  std::vector<std::uint64_t> total, uncertain, dangerous;
};

// What the reader met besides records; bounded, the counts are whole.
struct Problems {
  std::map<cloudtrail::ProblemKind, std::uint64_t> counts;
  std::vector<cloudtrail::Problem> first;  // By path and offset: the first kProblemsKept.
};
inline constexpr std::size_t kProblemsKept = 200;
// Cases kept in full: the worst ones. The others are counted.
inline constexpr std::size_t kCasesKept = 1000;

struct ScanResult {
  Counts counts;
  Problems problems;
  std::uint64_t inputs = 0;  // Files (and standard input) that were read.
  std::optional<UnixSeconds> first, last;
  Timeline timeline;
  std::vector<Row> users, services, regions;  // Dangerous first, then by events, then by name.
  std::vector<triage::Case> cases;            // By risk from the top, then by first time, then id.
  std::uint64_t dangerous_cases = 0;          // Of all cases, kept or not.
  std::uint64_t uncertain_cases = 0;
  std::uint64_t quiet_cases = 0;  // Findings that did not add up to a case.
};

}  // namespace trailwarden::scan
