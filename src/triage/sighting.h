// An event for which at least one rule holds, as a value: what leaves the worker that read it, is
// sorted (on disk where there are many) and becomes part of a case.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cloudtrail/event.h"
#include "match/matcher.h"
#include "sigma/rule.h"
#include "triage/finding.h"
#include "triage/risk.h"

namespace trailwarden::triage {

// A rule that holds, and why.
struct Hit {
  std::uint32_t rule = 0;      // Index into sigma::RuleSet::rules.
  bool about_failure = false;  // The rule asks for a failed call: failing is no discount then.
  std::string why;             // Finding::why.
  bool operator==(const Hit&) const = default;
};

struct Sighting {
  std::string actor;                 // cloudtrail::actor_of.
  std::optional<std::int64_t> time;  // As in cloudtrail::Event.
  std::string event_id;
  std::string source, name, region, source_ip, user_agent, error_code;
  std::string principal, user, account, user_type;  // `user`: cloudtrail::Event::user.
  std::string target;                               // cloudtrail::target_of.
  bool failed = false;  // The call was refused or failed: it has an error code.
  bool is_service = false;
  std::vector<Hit> hits;  // In rule order.
  std::string raw;        // The record as JSON, or empty.
  bool operator==(const Sighting&) const = default;
};

// What sight() reads besides the event.
struct Sources {
  const cloudtrail::EventFields& fields;
  const match::Matcher& matcher;
  json::Projected& found;
  match::MatchScratch& scratch;
};

// The sighting of `event`, for which the rules `matched` hold. `raw` stays empty: whoever wants
// the record in the report adds it.
Sighting sight(const cloudtrail::Event& event, std::span<const match::RuleId> matched,
               const Sources& sources);

// What one hit on a rule of `level` adds to a risk.
Contribution contribution_of(const Sighting& sighting, const Hit& hit, sigma::Level level);

// The finding that one hit on `rule` is.
Finding finding_of(const Hit& hit, const sigma::Rule& rule);

// The risk of one event by itself: docs/VERDICTS.md.
std::uint8_t risk_of(const Sighting& sighting, const sigma::RuleSet& rules);

// Verdict, risk and findings of one event. Copies what the rules say, which risk_of() does not.
Judgement judge(const Sighting& sighting, const sigma::RuleSet& rules);

// Bytes whose order (memcmp, then length) is the order that CaseBuilder wants: actor, time (none
// first), event id, then the rest. For temporary files of one process: no version inside.
std::string encode(const Sighting& sighting);
// What encode() made. Error: the bytes are cut short or damaged.
Result<Sighting> decode(std::string_view bytes);

}  // namespace trailwarden::triage
