#include "report/report.h"

#include <algorithm>

#include "report/format.h"

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
    const analyst::Consulted* with = consulted(report, found);
    const triage::Verdict raised = with == nullptr ? found.verdict : with->verdict;
    if (std::max(found.verdict, raised) >= report.min_verdict) cases.push_back(&found);
  }
  return cases;
}

const analyst::Consulted* consulted(const Report& report, const triage::Case& found) {
  if (report.opinions == nullptr) return nullptr;
  const auto place = report.opinions->find(found.id);
  return place == report.opinions->end() ? nullptr : &place->second;
}

std::string told(const analyst::Consulted& consulted) {
  if (!consulted.opinion) return "There is no second opinion: " + consulted.failure + ".";
  const analyst::Opinion& opinion = *consulted.opinion;
  if (opinion.reading == analyst::Reading::Unread) {
    return "There is no second opinion: " + opinion.unread_because + ".";
  }
  std::string text = "A second opinion, by " + opinion.model +
                     (opinion.reused ? " on a case of the same shape: " : ": ") +
                     std::string(to_string(opinion.verdict)) + ". " + opinion.explanation;
  if (!opinion.next_steps.empty()) text += " Next: " + joined(opinion.next_steps, " ");
  if (consulted.verdict != consulted.local) {
    text += " It settles the doubt: the case is " + std::string(to_string(consulted.verdict)) + ".";
  } else if (opinion.verdict != consulted.local) {
    text += " The verdict stays " + std::string(to_string(consulted.local)) + ".";
  }
  return text;
}

}  // namespace trailwarden::report
