#include "report/verdict_line.h"

#include <algorithm>

#include "base/utc_time.h"
#include "json/writer.h"

namespace trailwarden::report {
namespace {

void write_finding(const triage::Finding& finding, json::Writer& json) {
  json.begin_object();
  json.key("kind").string(to_string(finding.kind));
  json.key("id").string(finding.id);
  json.key("title").string(finding.title);
  json.key("level").string(to_string(finding.level));
  json.key("attack").begin_array();
  for (const std::string& technique : finding.attack) json.string(technique);
  json.end_array();
  json.key("why").string(finding.why);
  json.end_object();
}

// Whether the model rests its opinion on this event. An opinion without any citation rests on all.
bool is_cited(const analyst::Opinion& opinion, const std::string& event_id) {
  bool cites = false;
  for (const analyst::Reason& reason : opinion.reasons) {
    cites = cites || !reason.event_ids.empty();
    if (std::find(reason.event_ids.begin(), reason.event_ids.end(), event_id) !=
        reason.event_ids.end()) {
      return true;
    }
  }
  return !cites;
}

// The model's opinion as a finding. Its level says how grave it takes the case to be; it adds
// nothing to a risk.
triage::Finding finding_of(const analyst::Opinion& opinion) {
  triage::Finding finding;
  finding.kind = triage::FindingKind::Analyst;
  finding.id = opinion.model;
  finding.title = "Language model: " + std::string(to_string(opinion.verdict));
  finding.level = opinion.verdict == triage::Verdict::Dangerous ? sigma::Level::High
                  : opinion.verdict == triage::Verdict::Safe    ? sigma::Level::Informational
                                                                : sigma::Level::Medium;
  finding.why = opinion.explanation;
  return finding;
}

}  // namespace

void append_verdict_line(const scan::EventVerdict& verdict, std::string& out,
                         const analyst::Consulted* consulted) {
  const triage::Sighting& event = verdict.event;
  json::Writer json(out);
  json.begin_object();
  json.key("schema").number(std::int64_t{kVerdictSchema});
  json.key("event_id").string_or_null(event.event_id);
  json.key("event_time").string_or_null(event.time ? format_utc(*event.time) : "");
  json.key("event_source").string_or_null(event.source);
  json.key("event_name").string_or_null(event.name);
  json.key("account").string_or_null(event.account);
  json.key("region").string_or_null(event.region);
  json.key("principal").string_or_null(event.principal);
  json.key("source_ip").string_or_null(event.source_ip);
  json.key("user_agent").string_or_null(event.user_agent);
  json.key("error_code").string_or_null(event.error_code);
  json.key("verdict").string(to_string(verdict.judgement.verdict));
  json.key("risk").number(std::int64_t{verdict.judgement.risk});
  json.key("case").string_or_null(verdict.case_id);
  json.key("case_verdict");
  const auto case_verdict = consulted == nullptr ? verdict.case_verdict : consulted->verdict;
  json.string_or_null(verdict.case_id.empty() ? "" : to_string(case_verdict));
  if (consulted != nullptr) {
    json.key("case_rules_verdict").string(to_string(verdict.case_verdict));
  }
  json.key("findings").begin_array();
  for (const triage::Finding& finding : verdict.judgement.findings) write_finding(finding, json);
  if (consulted != nullptr && consulted->opinion &&
      consulted->opinion->reading != analyst::Reading::Unread &&
      is_cited(*consulted->opinion, event.event_id)) {
    write_finding(finding_of(*consulted->opinion), json);
  }
  json.end_array();
  json.end_object();
  out += '\n';
}

}  // namespace trailwarden::report
