// Sigma rules: YAML in, rules of the matcher out.
// Grammar and semantics: SigmaHQ/sigma-specification v2.1.0.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "match/matcher.h"

namespace trailwarden::sigma {

enum class Level : std::uint8_t { Informational, Low, Medium, High, Critical };

std::string_view to_string(Level level);

// What a rule tells people who read it. Nothing that judges asks for it.
struct Prose {
  std::string description;
  std::string status;
  std::vector<std::string> references;
  std::vector<std::string> false_positives;
  bool operator==(const Prose&) const = default;
};

// What a rule says of itself; its detection lives in the matcher under the same number.
struct Rule {
  std::string id;  // UUID, lower case; without one the file's name, with "#2" … from the second
                   // document on.
  std::string title;
  Level level = Level::Medium;          // Medium where the rule names none.
  std::vector<std::string> techniques;  // ATT&CK ids from tags, upper case: "T1098.001".
  std::vector<std::string> tactics;     // From tags: "privilege-escalation".
  std::string origin;                   // "builtin:iam/create_access_key.yml" or a path.
  // Reads the prose when somebody asks; empty: there is none.
  std::function<Prose()> read_prose = {};

  Prose prose() const { return read_prose ? read_prose() : Prose{}; }
  bool operator==(const Rule& other) const;
};

// A rule that was not loaded, or was with a remark: place, cause, what to do.
struct Remark {
  enum class Severity : std::uint8_t { Warning, Error } severity = Severity::Error;
  std::string where;  // "rules/iam.yml:14:7"
  std::string message;
};

// A sound document that is none of our business: its logsource is not AWS CloudTrail.
struct LeftOut {
  std::string where;  // "rules/windows.yml:1:1"
  std::string title;
  std::string log_source;  // "product windows, category process_creation"
};

// Rules in matcher order: rules[i] is the RuleId first + i.
struct RuleSet {
  std::vector<Rule> rules;
  std::vector<Remark> remarks;  // Every problem of every document, in order.
  std::vector<LeftOut> left_out;
};

// Compiles every document of the YAML text `yaml` (named `origin` in remarks) into `builder` and
// appends to `set`. A bad document becomes remarks and leaves nothing in `builder`; the others
// load. A rule for another product (logsource) goes to `left_out` without an error. `set` must
// hold every rule that `builder` has; ids are unique within it.
void load(std::string_view yaml, std::string_view origin, match::MatcherBuilder& builder,
          RuleSet& set);

}  // namespace trailwarden::sigma
