#include "triage/sighting.h"

#include <algorithm>
#include <iterator>

#include "triage/log_text.h"

namespace trailwarden::triage {
namespace {

// Values of a finding's sentence: more would hide the ones that count.
constexpr std::size_t kEvidenceMax = 6;

// Paths whose value the sentence tells anyway.
bool is_told_anyway(std::string_view path) {
  constexpr std::string_view kTold[] = {"eventName", "eventSource", "userIdentity.arn",
                                        "sourceIPAddress", "errorCode"};
  return std::find(std::begin(kTold), std::end(kTold), path) != std::end(kTold);
}

bool asks_for_failure(std::string_view path) {
  return path == "errorCode" || path == "errorMessage" || path == "responseElements.ConsoleLogin";
}

// "CreateAccessKey on admin by arn:…:user/mallory from 203.0.113.9, failed with AccessDenied"
std::string told_call(const Sighting& sighting, std::string_view target) {
  std::string text = shown(sighting.name.empty() ? "An event without a name" : sighting.name);
  if (!target.empty()) text += " on " + shown(target);
  if (!sighting.principal.empty()) text += " by " + shown(sighting.principal);
  if (!sighting.source_ip.empty()) text += " from " + shown(sighting.source_ip);
  if (!sighting.error_code.empty()) return text + ", failed with " + shown(sighting.error_code);
  return sighting.failed ? text + ", failed" : text;
}

std::string told_evidence(const std::vector<match::Evidence>& evidence) {
  std::string text;
  std::size_t told = 0;
  for (const match::Evidence& item : evidence) {
    if (is_told_anyway(item.path)) continue;
    if (told++ == kEvidenceMax) return text + ", …";
    text += (told == 1 ? "; " : ", ") + shown(item.path) + " = " + shown(item.value);
  }
  return text;
}

// The sentence of a finding. What the call was about is named once.
std::string told_finding(const Sighting& sighting, const std::vector<match::Evidence>& evidence) {
  const bool names_target =
      std::any_of(evidence.begin(), evidence.end(), [&](const match::Evidence& item) {
        return item.value == sighting.target && !is_told_anyway(item.path);
      });
  const std::string_view target = names_target ? std::string_view{} : sighting.target;
  return told_call(sighting, target) + told_evidence(evidence) + ".";
}

bool is_about_failure(const std::vector<match::Evidence>& evidence) {
  return std::any_of(evidence.begin(), evidence.end(),
                     [](const match::Evidence& item) { return asks_for_failure(item.path); });
}

}  // namespace

Sighting sight(const cloudtrail::Event& event, std::span<const match::RuleId> matched,
               const Sources& sources) {
  Sighting sighting;
  sighting.actor = cloudtrail::actor_of(event);
  sighting.time = event.time;
  sighting.event_id = event.id;
  sighting.source = event.source;
  sighting.name = event.name;
  sighting.region = event.region;
  sighting.source_ip = event.source_ip;
  sighting.user_agent = event.user_agent;
  sighting.error_code = event.error_code;
  sighting.principal = event.principal;
  sighting.user = event.user;
  sighting.account = event.account;
  sighting.user_type = event.user_type;
  sighting.target = cloudtrail::target_of(sources.fields, sources.found);
  // Failed sign-ins have a message but no code.
  sighting.failed = !event.error_code.empty() || !event.error_message.empty();
  sighting.is_service = event.is_service;
  for (const match::RuleId rule : matched) {
    const auto evidence = sources.matcher.explain(rule, sources.found, sources.scratch);
    sighting.hits.push_back({.rule = match::index_of(rule),
                             .about_failure = is_about_failure(evidence),
                             .why = told_finding(sighting, evidence)});
  }
  return sighting;
}

Contribution contribution_of(const Sighting& sighting, const Hit& hit, sigma::Level level) {
  const bool discounted = sighting.failed && !hit.about_failure;
  return {.level = level,
          .outcome = discounted ? Outcome::Failed : Outcome::Done,
          .author = sighting.is_service ? Author::Service : Author::Somebody,
          .events = 1};
}

Finding finding_of(const Hit& hit, const sigma::Rule& rule) {
  return {.kind = FindingKind::Rule,
          .id = rule.id,
          .title = rule.title,
          .level = rule.level,
          .attack = rule.techniques,
          .tactics = rule.tactics,
          .why = hit.why};
}

std::uint8_t risk_of(const Sighting& sighting, const sigma::RuleSet& rules) {
  std::vector<Contribution> contributions;
  std::vector<std::string_view> tactics;
  for (const Hit& hit : sighting.hits) {
    const sigma::Rule& rule = rules.rules.at(hit.rule);
    contributions.push_back(contribution_of(sighting, hit, rule.level));
    if (rule.level < sigma::Level::Medium || rule.tactics.empty()) continue;
    const std::string& own = rule.tactics.front();
    if (std::find(tactics.begin(), tactics.end(), own) == tactics.end()) tactics.emplace_back(own);
  }
  return risk_of(contributions, tactics.size());
}

Judgement judge(const Sighting& sighting, const sigma::RuleSet& rules) {
  Judgement judgement;
  judgement.risk = risk_of(sighting, rules);
  judgement.verdict = verdict_of(judgement.risk);
  for (const Hit& hit : sighting.hits) {
    judgement.findings.push_back(finding_of(hit, rules.rules.at(hit.rule)));
  }
  return judgement;
}

}  // namespace trailwarden::triage
