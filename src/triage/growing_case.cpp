#include "triage/growing_case.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "base/hex.h"
#include "triage/tactic.h"

namespace trailwarden::triage {
namespace {

// Names of targets kept for each action: a sentence tells no more.
constexpr std::size_t kTargetsMax = 3;

void count(Distinct& distinct, const std::string& value, std::size_t entries_max) {
  if (value.empty()) return;
  const auto known =
      std::find_if(distinct.entries.begin(), distinct.entries.end(),
                   [&](const Distinct::Entry& entry) { return entry.value == value; });
  if (known != distinct.entries.end()) {
    ++known->events;
  } else if (distinct.entries.size() < entries_max) {
    distinct.entries.push_back({value, 1});
  } else {
    ++distinct.others;
  }
}

using Time = std::optional<std::int64_t>;

void widen(Time& first, Time& last, Time time) {
  if (!time) return;
  if (!first || *time < *first) first = time;
  if (!last || *time > *last) last = time;
}

// Compared without subtracting as signed numbers: hostile times may be far apart.
bool within(std::int64_t from, std::int64_t to, std::chrono::seconds span) {
  return to <= from || static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from) <=
                           static_cast<std::uint64_t>(span.count());
}

// Level from the top, then first time (none first), then id.
bool comes_before(const CaseFinding& a, const CaseFinding& b) {
  const auto rank = [](const CaseFinding& f) {
    return std::tuple(-static_cast<int>(f.finding.level),
                      f.first.value_or(std::numeric_limits<std::int64_t>::min()),
                      std::string_view(f.finding.id));
  };
  return rank(a) < rank(b);
}

void sort_unique(std::vector<std::string>& texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

}  // namespace

std::string case_id(const Sighting& first) {
  std::string key = first.actor;
  key += '\0';
  if (first.time) key += std::to_string(*first.time);
  key += '\0';
  key += first.event_id;
  return "c-" + to_hex(hash64(key)).substr(0, 12);
}

GrowingCase::GrowingCase(const sigma::RuleSet& rules, const CaseLimits& limits,
                         const Sighting& first, std::string id)
    : rules_(rules), limits_(limits), timeline_(limits.timeline_max) {
  result_.id = std::move(id);
  result_.actor = first.actor;
  result_.principal = first.principal;
  result_.user = first.user;
  result_.user_type = first.user_type;
  result_.account = first.account;
  result_.is_service = first.is_service;
  result_.first = result_.last = first.time;
}

bool GrowingCase::takes(const Sighting& sighting) const {
  if (sighting.actor != result_.actor) return false;
  if (!sighting.time || !result_.last) return sighting.time.has_value() == result_.last.has_value();
  const std::int64_t time = *sighting.time;
  return within(*result_.last, time, limits_.silence) &&
         within(*result_.first, time, limits_.length) &&
         within(time, *result_.first, limits_.silence) &&
         within(time, *result_.last, limits_.length);
}

void GrowingCase::add(Sighting sighting) {
  const std::uint8_t risk = risk_of(sighting, rules_);
  widen(result_.first, result_.last, sighting.time);
  ++result_.events;
  if (sighting.failed) ++result_.failed;
  count(result_.regions, sighting.region, limits_.distinct_max);
  count(result_.addresses, sighting.source_ip, limits_.distinct_max);
  count(result_.agents, sighting.user_agent, limits_.distinct_max);
  count(result_.services, sighting.source, limits_.distinct_max);
  count_action(sighting);
  std::uint64_t seen_before = std::numeric_limits<std::uint64_t>::max();
  for (const Hit& hit : sighting.hits) {
    const auto tally = tallies_.find(hit.rule);
    const std::uint64_t seen = tally == tallies_.end() ? 0 : tally->second.found.events;
    seen_before = std::min(seen_before, seen);
  }
  count_hits(sighting, risk);
  timeline_.add(std::move(sighting), risk, seen_before);
}

void GrowingCase::count_hits(const Sighting& sighting, std::uint8_t risk) {
  for (const Hit& hit : sighting.hits) {
    const sigma::Rule& rule = rules_.rules.at(hit.rule);
    const Contribution part = contribution_of(sighting, hit, rule.level);
    const std::pair weight{weight_of(part.level, part.outcome, part.author), risk};
    Tally& tally = tallies_[hit.rule];
    CaseFinding& found = tally.found;
    widen(found.first, found.last, sighting.time);
    if (found.events == 0 || weight > tally.weight) {
      tally.part = part;
      tally.weight = weight;
      found.finding = finding_of(hit, rule);
      found.event_id = sighting.event_id;
    }
    ++found.events;
    if (sighting.failed) ++found.failed;
  }
}

void GrowingCase::count_action(const Sighting& sighting) {
  const auto same = [&](const CaseAction& action) {
    return action.name == sighting.name && action.source == sighting.source;
  };
  auto action = std::find_if(result_.actions.begin(), result_.actions.end(), same);
  if (action == result_.actions.end()) {
    if (result_.actions.size() == limits_.actions_max) {
      ++result_.other_actions;
      return;
    }
    action = result_.actions.emplace(result_.actions.end());
    action->source = sighting.source;
    action->name = sighting.name;
  }
  if (sighting.time && (!action->first || *sighting.time < *action->first)) {
    action->first = sighting.time;
  }
  ++action->events;
  if (sighting.failed) ++action->failed;
  count(action->targets, sighting.target, kTargetsMax);
  for (const Hit& hit : sighting.hits) {
    const sigma::Rule& rule = rules_.rules.at(hit.rule);
    if (!action->rule_title.empty() && rule.level <= action->level) continue;
    action->level = rule.level;
    action->rule_title = rule.title;
    action->tactic = rule.tactics.empty() ? "" : rule.tactics.front();
  }
}

GrowingCase::Reckoning GrowingCase::reckon() const {
  Reckoning sums;
  for (const auto& [rule, tally] : tallies_) {
    sums.parts.push_back(tally.part);
    sums.parts.back().events = tally.found.events;
    const Finding& finding = tally.found.finding;
    if (finding.tactics.empty()) continue;
    const bool counts = finding.level >= sigma::Level::Medium;
    (counts ? sums.tactics : sums.lesser_tactics).push_back(finding.tactics.front());
  }
  sort_tactics(sums.tactics);
  sort_tactics(sums.lesser_tactics);
  return sums;
}

std::uint8_t GrowingCase::risk() const {
  const Reckoning sums = reckon();
  return risk_of(sums.parts, sums.tactics.size());
}

void GrowingCase::conclude(Case& result) const {
  for (const auto& [rule, tally] : tallies_) {
    result.findings.push_back(tally.found);
    result.findings.back().weight = tally.weight.first;
    const std::vector<std::string>& attack = tally.found.finding.attack;
    result.techniques.insert(result.techniques.end(), attack.begin(), attack.end());
  }
  sort_unique(result.techniques);
  std::sort(result.findings.begin(), result.findings.end(), comes_before);
  Reckoning sums = reckon();
  result.risk = risk_of(sums.parts, sums.tactics.size());
  result.arithmetic = show_risk(sums.parts, sums.tactics.size());
  result.verdict = verdict_of(result.risk);
  result.tactics = std::move(sums.tactics.empty() ? sums.lesser_tactics : sums.tactics);
}

Case GrowingCase::so_far() const {
  Case result = result_;
  conclude(result);
  result.omitted = result.events;
  return result;
}

Case GrowingCase::finish() && {
  Case result = std::move(result_);
  conclude(result);
  for (Sighting& sighting : std::move(timeline_).take()) {
    Judgement judgement = judge(sighting, rules_);
    result.timeline.push_back({std::move(sighting), std::move(judgement)});
  }
  result.omitted = result.events - result.timeline.size();
  return result;
}

}  // namespace trailwarden::triage
