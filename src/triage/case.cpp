#include "triage/case.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "triage/risk.h"
#include "triage/tactic.h"
#include "triage/timeline.h"

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

std::string case_id(const Sighting& first) {
  std::string key = first.actor;
  key += '\0';
  if (first.time) key += std::to_string(*first.time);
  key += '\0';
  key += first.event_id;
  constexpr char kHex[] = "0123456789abcdef";
  std::string id = "c-";
  const std::uint64_t hash = hash64(key);
  for (int shift = 60; shift >= 16; shift -= 4) id += kHex[hash >> shift & 0xFU];
  return id;
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

// The case that grows. `result` holds what needs no reckoning at the end.
struct CaseBuilder::Open {
  // All that one rule found so far.
  struct Tally {
    CaseFinding found;
    Contribution part;  // Of the event that weighed most, as `found` tells it.
    std::pair<std::int64_t, std::uint8_t> weight{0, 0};  // Of that event: its rule's, its risk.
  };

  Open(const sigma::RuleSet& rule_set, CaseLimits case_limits, Finish finish_case)
      : rules(rule_set), limits(case_limits), finish(std::move(finish_case)) {}

  bool belongs(const Sighting& sighting) const;
  void start(const Sighting& first);
  void add(Sighting sighting);
  void count_hits(const Sighting& sighting, const Judgement& judgement);
  void count_action(const Sighting& sighting, const Judgement& judgement);
  void close();

  const sigma::RuleSet& rules;
  CaseLimits limits;
  Finish finish;
  bool is_open = false;
  Case result;
  std::map<std::uint32_t, Tally> tallies;  // By rule.
  Timeline timeline{0};
  std::uint64_t quiet = 0;
};

bool CaseBuilder::Open::belongs(const Sighting& sighting) const {
  if (!is_open || sighting.actor != result.actor) return false;
  if (!sighting.time || !result.last) return sighting.time.has_value() == result.last.has_value();
  // Compared without subtracting: hostile times may be far apart.
  const auto within = [&](std::int64_t from, std::chrono::seconds span) {
    return *sighting.time <= from ||
           static_cast<std::uint64_t>(*sighting.time) - static_cast<std::uint64_t>(from) <=
               static_cast<std::uint64_t>(span.count());
  };
  return within(*result.last, limits.silence) && within(*result.first, limits.length);
}

void CaseBuilder::Open::start(const Sighting& first) {
  is_open = true;
  result = Case{};
  result.id = case_id(first);
  result.actor = first.actor;
  result.principal = first.principal;
  result.user = first.user;
  result.user_type = first.user_type;
  result.account = first.account;
  result.is_service = first.is_service;
  result.first = first.time;
  tallies.clear();
  timeline = Timeline(limits.timeline_max);
}

void CaseBuilder::Open::add(Sighting sighting) {
  Judgement judgement = judge(sighting, rules);
  result.last = sighting.time;
  ++result.events;
  if (sighting.failed) ++result.failed;
  count(result.regions, sighting.region, limits.distinct_max);
  count(result.addresses, sighting.source_ip, limits.distinct_max);
  count(result.agents, sighting.user_agent, limits.distinct_max);
  count(result.services, sighting.source, limits.distinct_max);
  count_action(sighting, judgement);
  std::uint64_t seen_before = std::numeric_limits<std::uint64_t>::max();
  for (const Hit& hit : sighting.hits) {
    const auto tally = tallies.find(hit.rule);
    const std::uint64_t seen = tally == tallies.end() ? 0 : tally->second.found.events;
    seen_before = std::min(seen_before, seen);
  }
  count_hits(sighting, judgement);
  timeline.add({std::move(sighting), std::move(judgement)}, seen_before);
}

void CaseBuilder::Open::count_hits(const Sighting& sighting, const Judgement& judgement) {
  for (std::size_t i = 0; i < sighting.hits.size(); ++i) {
    const Finding& finding = judgement.findings[i];
    const Contribution part = contribution_of(sighting, sighting.hits[i], finding.level);
    const std::pair weight{weight_of(part.level, part.outcome, part.author), judgement.risk};
    Tally& tally = tallies[sighting.hits[i].rule];
    CaseFinding& found = tally.found;
    if (found.events == 0) found.first = sighting.time;
    if (found.events == 0 || weight > tally.weight) {
      tally.part = part;
      tally.weight = weight;
      found.finding = finding;
      found.event_id = sighting.event_id;
    }
    ++found.events;
    if (sighting.failed) ++found.failed;
    found.last = sighting.time;
  }
}

void CaseBuilder::Open::count_action(const Sighting& sighting, const Judgement& judgement) {
  const auto same = [&](const CaseAction& action) {
    return action.name == sighting.name && action.source == sighting.source;
  };
  auto action = std::find_if(result.actions.begin(), result.actions.end(), same);
  if (action == result.actions.end()) {
    if (result.actions.size() == limits.actions_max) {
      ++result.other_actions;
      return;
    }
    action = result.actions.emplace(result.actions.end());
    action->source = sighting.source;
    action->name = sighting.name;
    action->first = sighting.time;
  }
  ++action->events;
  if (sighting.failed) ++action->failed;
  count(action->targets, sighting.target, kTargetsMax);
  for (const Finding& finding : judgement.findings) {
    if (!action->rule_title.empty() && finding.level <= action->level) continue;
    action->level = finding.level;
    action->rule_title = finding.title;
    action->tactic = finding.tactics.empty() ? "" : finding.tactics.front();
  }
}

void CaseBuilder::Open::close() {
  if (!is_open) return;
  is_open = false;
  std::vector<Contribution> parts;
  std::vector<std::string> tactics, lesser_tactics;
  for (auto& [rule, tally] : tallies) {
    tally.part.events = tally.found.events;
    parts.push_back(tally.part);
    tally.found.weight = tally.weight.first;
    const Finding& finding = tally.found.finding;
    if (!finding.tactics.empty()) {
      const bool counts = finding.level >= sigma::Level::Medium;
      (counts ? tactics : lesser_tactics).push_back(finding.tactics.front());
    }
    result.techniques.insert(result.techniques.end(), finding.attack.begin(), finding.attack.end());
    result.findings.push_back(std::move(tally.found));
  }
  sort_tactics(tactics);
  sort_tactics(lesser_tactics);
  sort_unique(result.techniques);
  std::sort(result.findings.begin(), result.findings.end(), comes_before);
  result.risk = risk_of(parts, tactics.size());
  result.arithmetic = show_risk(parts, tactics.size());
  result.verdict = verdict_of(result.risk);
  result.tactics = std::move(tactics.empty() ? lesser_tactics : tactics);
  if (result.verdict == Verdict::Safe) {
    ++quiet;
    return;
  }
  result.timeline = std::move(timeline).take();
  result.omitted = result.events - result.timeline.size();
  finish(std::exchange(result, Case{}));
}

CaseBuilder::CaseBuilder(const sigma::RuleSet& rules, CaseLimits limits, Finish finish)
    : open_(std::make_unique<Open>(rules, limits, std::move(finish))) {}

CaseBuilder::~CaseBuilder() = default;

const std::string& CaseBuilder::add(Sighting sighting) {
  if (!open_->belongs(sighting)) {
    open_->close();
    open_->start(sighting);
  }
  open_->add(std::move(sighting));
  return open_->result.id;
}

void CaseBuilder::flush() { open_->close(); }

std::uint64_t CaseBuilder::quiet_cases() const { return open_->quiet; }

}  // namespace trailwarden::triage
