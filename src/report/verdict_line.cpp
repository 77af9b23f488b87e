#include "report/verdict_line.h"

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

}  // namespace

void append_verdict_line(const scan::EventVerdict& verdict, std::string& out) {
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
  json.string_or_null(verdict.case_id.empty() ? "" : to_string(verdict.case_verdict));
  json.key("findings").begin_array();
  for (const triage::Finding& finding : verdict.judgement.findings) write_finding(finding, json);
  json.end_array();
  json.end_object();
  out += '\n';
}

}  // namespace trailwarden::report
