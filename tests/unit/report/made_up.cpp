#include "made_up.h"

#include "triage/log_text.h"

namespace trailwarden::report {
namespace {

constexpr UnixSeconds kNoon = 1773230400;  // 2026-03-11T12:00:00Z

triage::Finding finding(std::size_t number, const std::string& text) {
  triage::Finding made;
  made.id = "rule-" + std::to_string(number);
  made.title = text;  // Of a rule that somebody wrote.
  made.level = number == 0 ? sigma::Level::High : sigma::Level::Low;
  made.attack = {"T1098.003"};
  made.tactics = {"persistence"};
  made.why = triage::shown(text);
  return made;
}

triage::TimelineEntry entry(const std::string& text, std::vector<triage::Finding> findings) {
  triage::TimelineEntry made;
  triage::Sighting& event = made.sighting;
  event.time = kNoon;
  event.event_id = event.source = event.name = event.region = text;
  event.source_ip = event.user_agent = event.error_code = text;
  event.actor = event.principal = event.user = event.account = event.target = text;
  event.failed = true;
  event.raw = R"({"eventName":"StopLogging"})";
  made.judgement = {triage::Verdict::Dangerous, 90, std::move(findings)};
  return made;
}

triage::Case one_case(const std::string& text, std::size_t findings) {
  triage::Case made;
  made.id = "c-0123456789ab";
  made.actor = made.principal = made.user = made.account = text;
  made.user_type = "IAMUser";
  made.verdict = triage::Verdict::Dangerous;
  made.risk = 90;
  made.arithmetic = "high 0.1 = 0.1 that all is well: risk 90";
  made.first = made.last = kNoon;
  made.events = 7;
  made.failed = 2;
  std::vector<triage::Finding> of_event;
  for (std::size_t i = 0; i < findings; ++i) {
    of_event.push_back(finding(i, text));
    triage::CaseFinding in_case;
    in_case.finding = of_event.back();
    in_case.events = 7;
    in_case.first = in_case.last = kNoon;
    made.findings.push_back(std::move(in_case));
  }
  made.tactics = {"persistence"};
  made.techniques = {"T1098.003"};
  triage::CaseAction action;
  action.source = action.name = text;
  action.level = sigma::Level::High;
  action.rule_title = text;
  action.tactic = "persistence";
  action.events = 7;
  action.targets.entries = {{text, 7}};
  made.actions = {action};
  made.regions.entries = made.addresses.entries = {{text, 7}};
  made.agents.entries = made.services.entries = {{text, 7}};
  made.timeline = {entry(text, of_event), entry(text, of_event)};
  made.omitted = 5;
  return made;
}

}  // namespace

MadeUp::MadeUp(const std::string& text, std::size_t findings) : inputs{text} {
  result.counts.read = 12;
  result.counts.judged = 10;
  result.counts.repeated = 1;
  result.counts.skipped = 1;
  result.counts.dangerous = 7;
  result.counts.safe = 3;
  result.problems.counts[cloudtrail::ProblemKind::Damaged] = 1;
  result.inputs = 1;
  result.first = result.last = kNoon;
  result.timeline = {.start = kNoon,
                     .step_seconds = 60,
                     .total = {3, 7},
                     .uncertain = {0, 0},
                     .dangerous = {0, 7}};
  result.users = result.services = result.regions = {{text, 10, 7, 0, 1}};
  result.cases = {one_case(text, findings)};
  result.dangerous_cases = 1;
  rules.emplace_back();
  rules.back().id = "rule-0";
  rules.back().title = text;
  rules.back().read_prose = [text] {
    return sigma::Prose{{}, {}, {"https://example.com/" + text}, {text}};
  };
}

}  // namespace trailwarden::report
