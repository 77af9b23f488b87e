#include "report/report.h"

namespace trailwarden::report {

std::vector<Table> tables_of(const Report& report) {
  std::vector<Table> tables;
  const auto wanted = [&](Dimension dimension) {
    return report.by == Dimension::All || report.by == dimension;
  };
  if (wanted(Dimension::User)) tables.push_back({"user", report.result.users});
  if (wanted(Dimension::Service)) tables.push_back({"service", report.result.services});
  if (wanted(Dimension::Region)) tables.push_back({"region", report.result.regions});
  return tables;
}

std::vector<const triage::Case*> cases_of(const Report& report) {
  std::vector<const triage::Case*> cases;
  for (const triage::Case& found : report.result.cases) {
    if (found.verdict >= report.min_verdict) cases.push_back(&found);
  }
  return cases;
}

}  // namespace trailwarden::report
