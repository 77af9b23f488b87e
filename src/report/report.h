// What all renderings of a scan can be asked.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyst/consult.h"
#include "scan/result.h"
#include "sigma/rule.h"
#include "triage/verdict.h"

namespace trailwarden::report {

enum class Dimension : std::uint8_t { All, User, Service, Region };

// Everything a rendering reads. Borrowed for the call.
struct Report {
  const scan::ScanResult& result;
  std::span<const sigma::Rule> rules;  // That judged.
  std::string_view rules_hash;
  std::string_view generator;                                // "trailwarden 0.1.0"
  std::span<const std::string> inputs;                       // As the user named them.
  triage::Verdict min_verdict = triage::Verdict::Uncertain;  // Cases below are left out.
  Dimension by = Dimension::All;                             // Which tables to show.
  const analyst::Consultation* opinions = nullptr;  // A language model's; nullptr: none was asked.
};

struct Table {
  std::string_view title;  // "user"
  const std::vector<scan::Row>& rows;
};

// The tables that `report.by` asks for, in the order user, service, region.
std::vector<Table> tables_of(const Report& report);

// The cases whose verdict is `report.min_verdict` or more, by rules alone or with an opinion, worst
// first: no model takes a case out of sight.
std::vector<const triage::Case*> cases_of(const Report& report);

// What a model said of the case, or nullptr.
const analyst::Consulted* consulted(const Report& report, const triage::Case& found);

// One paragraph for a person: "A second opinion, by claude-haiku-4-5: safe. …", or why there is
// none. Plain text, which each format still escapes.
std::string told(const analyst::Consulted& consulted);

}  // namespace trailwarden::report
