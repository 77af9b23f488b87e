#include "report/explanation.h"

#include "analyst/local.h"
#include "report/format.h"
#include "report/terminal.h"

namespace trailwarden::report {
namespace {

constexpr std::size_t kColumns = 80;

void line(std::string& out, std::string_view text) {
  out += text;
  out += '\n';
}

void indented(std::string& out, std::string_view text) {
  for (const std::string& part : wrap(printable(text), kColumns - 4)) line(out, "    " + part);
}

void field(std::string& out, std::string_view name, std::string_view value) {
  if (!value.empty()) line(out, "  " + pad_right(name, 12) + printable(value));
}

void finding_text(std::string& out, const triage::Finding& finding, std::string_view count) {
  line(out, "  " + pad_right(to_string(finding.level), 15) + printable(finding.title) +
                std::string(count) + "  " + joined(finding.attack, " "));
  indented(out, finding.why);
}

void event_text(std::string& out, const triage::Sighting& event) {
  field(out, "event", event.event_id);
  field(out, "time", moment(event.time));
  field(out, "call", event.source + " " + event.name);
  field(out, "by", event.principal);
  field(out, "from", event.source_ip);
  field(out, "with", event.user_agent);
  field(out, "region", event.region);
  field(out, "error", event.error_code);
}

}  // namespace

std::string explain_event(const scan::EventVerdict& verdict) {
  std::string out;
  line(out, std::string(to_string(verdict.judgement.verdict)) + ", risk " +
                std::to_string(verdict.judgement.risk));
  event_text(out, verdict.event);
  if (!verdict.case_id.empty()) {
    field(out, "case",
          std::string(verdict.case_id) + ", " + std::string(to_string(verdict.case_verdict)));
  }
  line(out, verdict.judgement.findings.empty() ? "no rule holds for it" : "findings");
  for (const triage::Finding& finding : verdict.judgement.findings) finding_text(out, finding, "");
  if (!verdict.event.raw.empty()) {
    line(out, "record");
    line(out, printable(verdict.event.raw));
  }
  return out;
}

std::string explain_case(const triage::Case& found) {
  std::string out;
  const analyst::Story story = analyst::tell(found);
  line(out, std::string(to_string(found.verdict)) + ", risk " + std::to_string(found.risk));
  line(out, "  " + printable(story.title));
  indented(out, story.narrative);
  field(out, "case", found.id);
  field(out, "actor", found.actor);
  field(out, "when", period(found.first, found.last));
  field(out, "from", some_of(found.addresses));
  field(out, "arithmetic", found.arithmetic);
  line(out, "findings");
  for (const triage::CaseFinding& each : found.findings) {
    finding_text(out, each.finding, each.events == 1 ? "" : " ×" + grouped(each.events));
  }
  line(out, "events");
  for (const triage::TimelineEntry& entry : found.timeline) {
    const triage::Sighting& event = entry.sighting;
    line(out, "  " + moment(event.time) + "  " + pad_right(to_string(entry.judgement.verdict), 10) +
                  printable(event.event_id) + "  " + printable(event.source + " " + event.name) +
                  (event.failed ? "  " + printable(event.error_code) : ""));
  }
  if (found.omitted != 0) line(out, "  and " + plural(found.omitted, "more event"));
  return out;
}

}  // namespace trailwarden::report
