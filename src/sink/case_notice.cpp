#include "sink/case_notice.h"

#include <algorithm>
#include <utility>

#include "triage/log_text.h"

namespace trailwarden::sink {
namespace {

using triage::shown;

constexpr std::size_t kListMax = 10;
constexpr std::size_t kFewMax = 5;
constexpr std::size_t kTechniquesMax = 20;
constexpr std::size_t kNameMax = 200;
constexpr std::size_t kAgentMax = 120;
constexpr std::size_t kIdMax = 64;

std::vector<std::string> few(const triage::Distinct& values) {
  std::vector<std::string> list;
  for (const auto& entry : values.entries) {
    if (list.size() == kFewMax) break;
    list.push_back(shown(entry.value, kAgentMax));
  }
  return list;
}

std::vector<std::string> first_of(const std::vector<std::string>& texts) {
  const std::size_t count = std::min(texts.size(), kTechniquesMax);
  return {texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(count)};
}

std::vector<NoticeFinding> findings_of(const triage::Case& found) {
  std::vector<NoticeFinding> list;
  for (const triage::CaseFinding& each : found.findings) {
    if (list.size() == kListMax) break;
    list.push_back({.id = shown(each.finding.id, kNameMax),
                    .title = shown(each.finding.title, kNameMax),
                    .level = each.finding.level,
                    .attack = first_of(each.finding.attack),
                    .why = each.finding.why,
                    .events = each.events,
                    .event_id = shown(each.event_id, kIdMax)});
  }
  return list;
}

std::vector<NoticeAction> actions_of(const triage::Case& found) {
  std::vector<NoticeAction> list;
  for (const triage::CaseAction& each : found.actions) {
    if (list.size() == kListMax) break;
    list.push_back({.source = shown(each.source, kNameMax),
                    .name = shown(each.name, kNameMax),
                    .events = each.events,
                    .failed = each.failed});
  }
  return list;
}

void fill_actor(const triage::Case& found, Notice& notice) {
  notice.actor = shown(found.actor, kNameMax);
  notice.principal = shown(found.principal, kNameMax);
  notice.user = shown(found.user, kNameMax);
  notice.account = shown(found.account, kIdMax);
  notice.regions = few(found.regions);
  notice.addresses = few(found.addresses);
  notice.agents = few(found.agents);
  notice.services = few(found.services);
}

// The event that a person would open first.
void fill_event(CaseNews& news, const triage::Case& found, Notice& notice) {
  if (news.event_id.empty() && !found.findings.empty()) {
    news.event_id = found.findings.front().event_id;
  }
  if (news.event_region.empty() && found.regions.entries.size() == 1) {
    news.event_region = found.regions.entries.front().value;
  }
  notice.event_id = shown(news.event_id, kIdMax);
  notice.event_region = shown(news.event_region, kIdMax);
}

}  // namespace

Notice make_notice(const triage::Case& found, const analyst::Story& story, CaseNews news) {
  Notice notice;
  notice.kind = news.kind;
  notice.case_id = found.id;
  notice.revision = news.revision;
  notice.verdict = news.verdict.value_or(found.verdict);
  notice.before = news.before;
  notice.risk = found.risk;
  notice.title = story.title;
  notice.narrative = story.narrative;
  fill_actor(found, notice);
  notice.first = found.first;
  notice.last = found.last;
  notice.events = found.events;
  notice.failed = found.failed;
  notice.tactics = first_of(found.tactics);
  notice.techniques = first_of(found.techniques);
  notice.findings = findings_of(found);
  notice.actions = actions_of(found);
  fill_event(news, found, notice);
  notice.opinion = std::move(news.opinion);
  notice.dashboard_url = std::move(news.dashboard_url);
  notice.footer = std::move(news.footer);
  return notice;
}

Notice test_notice(UnixSeconds now) {
  Notice notice;
  notice.kind = NoticeKind::Test;
  notice.verdict = triage::Verdict::Safe;
  notice.title = "Test message: this sink works";
  notice.narrative =
      "Somebody ran `trailwarden sink test`. Nothing happened in any account; alerts will arrive "
      "here in this form.";
  notice.first = now;
  notice.last = now;
  return notice;
}

}  // namespace trailwarden::sink
