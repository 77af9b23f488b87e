// Cases: what one actor did, close in time, told once. docs/VERDICTS.md says what a case is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sigma/rule.h"
#include "triage/finding.h"
#include "triage/sighting.h"

namespace trailwarden::triage {

// What a case keeps however long it grows.
struct CaseLimits {
  std::chrono::seconds silence{3600};  // A longer pause between two findings ends a case.
  std::chrono::seconds length{86400};  // So does an event this long after the first one.
  std::size_t timeline_max = 100;      // Events kept with their evidence.
  std::size_t distinct_max = 20;       // Regions, addresses, … kept by name.
  std::size_t actions_max = 50;        // Names of calls kept.
};

// The first distinct values that a case met, with the number of its events that had each.
struct Distinct {
  struct Entry {
    std::string value;
    std::uint64_t events = 0;
  };
  std::vector<Entry> entries;  // In order of first sight; never empty texts.
  std::uint64_t others = 0;    // Events whose value came after the list was full.
};

// All that one rule found in a case.
struct CaseFinding {
  Finding finding;  // `why`: of the first event that counted most.
  std::uint64_t events = 0;
  std::uint64_t failed = 0;  // Of these, calls that were refused or failed.
  std::int64_t weight = 0;   // That it counted with once, in millionths: triage/risk.h.
  std::optional<std::int64_t> first, last;
  std::string event_id;  // Of the same event as `why`.
};

// All calls of one name in a case that had a finding.
struct CaseAction {
  std::string source, name;                          // "iam.amazonaws.com", "CreateAccessKey"
  sigma::Level level = sigma::Level::Informational;  // The highest of its findings …
  std::string rule_title;                            // … and that finding's title
  std::string tactic;                                // and own tactic, or empty.
  std::uint64_t events = 0;
  std::uint64_t failed = 0;
  std::optional<std::int64_t> first;
  Distinct targets;  // What the calls were about: up to three names.
};

struct TimelineEntry {
  Sighting sighting;
  Judgement judgement;
};

struct Case {
  std::string id;  // "c-" and 12 hex digits: of the actor and the first event, nothing else.
  std::string actor, principal, user, user_type, account;  // All but the actor: of the first event.
  bool is_service = false;
  Verdict verdict = Verdict::Safe;
  std::uint8_t risk = 0;
  std::string arithmetic;                   // How the risk came about: show_risk().
  std::optional<std::int64_t> first, last;  // Times of its first and last event.
  std::uint64_t events = 0;                 // Events with at least one finding.
  std::uint64_t failed = 0;
  std::vector<CaseFinding> findings;    // By level from critical down, then by first time, then id.
  std::vector<std::string> tactics;     // Of findings from medium up (else of all), in kill-chain
                                        // order.
  std::vector<std::string> techniques;  // ATT&CK ids, sorted.
  std::vector<CaseAction> actions;      // In order of first sight.
  std::uint64_t other_actions = 0;      // Events whose name came after `actions` was full.
  Distinct regions, addresses, agents, services;
  std::vector<TimelineEntry> timeline;  // In time order: the events that matter most.
  std::uint64_t omitted = 0;            // Events that the timeline leaves out.
};

// Builds cases from sightings that come in the order of encode(). Holds one open case at a time,
// bounded by `limits` whatever the input. One thread.
class CaseBuilder {
 public:
  // Called once for each finished case of risk 30 or more, in order of actor and time.
  using Finish = std::function<void(Case)>;

  // `rules` must outlive the builder.
  CaseBuilder(const sigma::RuleSet& rules, CaseLimits limits, Finish finish);
  ~CaseBuilder();
  CaseBuilder(const CaseBuilder&) = delete;
  CaseBuilder& operator=(const CaseBuilder&) = delete;

  // Answers the id of the case that the event became part of (until the next call).
  const std::string& add(Sighting sighting);
  // Ends the open case. Call once after the last sighting.
  void flush();

  // Cases that stayed under the risk of 30 and were not shown.
  std::uint64_t quiet_cases() const;

 private:
  struct Open;
  std::unique_ptr<Open> open_;
};

}  // namespace trailwarden::triage
