// One engine for every command: the rules compiled once, and what they say of one record.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/lifetime.h"
#include "base/result.h"
#include "cloudtrail/envelope.h"
#include "cloudtrail/event.h"
#include "cloudtrail/reader.h"
#include "injection/fields.h"
#include "match/matcher.h"
#include "sigma/rule.h"
#include "triage/sighting.h"

namespace trailwarden::engine {

// A text with rules, and what to call it in remarks: "rules/iam.yml".
struct RuleText {
  std::string origin;
  std::string yaml;
};

// Adds rules that were compiled before, as sigma::load() does those of a text.
using RuleLoader = std::function<void(match::MatcherBuilder&, sigma::RuleSet&)>;

struct Content {
  RuleLoader builtin = {};  // Adds the built-in rules, ahead of `rules`. Empty: there are none.
  std::vector<RuleText> rules;
  // Sigma documents whose events lose their findings: known noise, written down.
  std::vector<RuleText> suppressions;
  // An EventBridge pattern; only events that match are judged.
  std::optional<std::string> pattern;
};

// Everything that is known before the first record. Immutable; shared by all threads.
class Engine {
 public:
  // Compiles `content`. A rule that does not load is left out and told in remarks(). Error: the
  // pattern is invalid, or a suppression does not load (silence must not come from a typing error).
  static Result<Engine> compile(const Content& content);

  // The rules that judge, in the order of their numbers.
  const sigma::RuleSet& rules() const TW_LIFETIMEBOUND { return rules_; }
  const match::Matcher& matcher() const TW_LIFETIMEBOUND { return matcher_; }
  const cloudtrail::EventFields& fields() const TW_LIFETIMEBOUND { return fields_; }
  cloudtrail::RecordShape shape() const { return shape_; }

 private:
  friend class Judge;
  Engine(match::Matcher matcher, cloudtrail::EventFields fields, cloudtrail::RecordShape shape,
         cloudtrail::EnvelopeFields envelope, injection::InstructionFields instructions,
         sigma::RuleSet rules, std::uint32_t suppressions, bool has_pattern);

  match::Matcher matcher_;
  cloudtrail::EventFields fields_;
  cloudtrail::RecordShape shape_;
  cloudtrail::EnvelopeFields envelope_;
  injection::InstructionFields instructions_;
  sigma::RuleSet rules_;
  // Rule numbers in the matcher: rules, then suppressions, then the pattern (if any).
  std::uint32_t suppressions_;
  bool has_pattern_;
};

// What the engine says of one record. Borrowed from the Judge: lives until its next call.
struct Opinion {
  bool wanted = true;       // The pattern matches, or there is none.
  bool suppressed = false;  // Rules hold, but a suppression does too: `matched` is empty then.
  std::span<const match::RuleId> matched;
};

// One thread's judge. Holds memory to be quick with only; the same record always gets the same
// opinion.
class Judge {
 public:
  // `engine` must outlive the judge.
  explicit Judge(const Engine& engine) : engine_(&engine) {}

  Opinion judge(const cloudtrail::RawRecord& record);

  // The sighting of the event last judged, for which `matched` hold.
  triage::Sighting sight(const cloudtrail::RawRecord& record, const cloudtrail::Event& event,
                         std::span<const match::RuleId> matched);

 private:
  const Engine* engine_;
  match::MatchScratch scratch_;
  injection::QuietTexts quiet_texts_;
  std::vector<match::RuleId> matched_;
};

}  // namespace trailwarden::engine
