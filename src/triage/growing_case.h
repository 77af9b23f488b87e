// One case while it grows: what a scan closes and what a live run looks at again and again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "sigma/rule.h"
#include "triage/case.h"
#include "triage/risk.h"
#include "triage/sighting.h"
#include "triage/timeline.h"

namespace trailwarden::triage {

// The id of the case that `first` begins: "c-" and 12 hex digits.
std::string case_id(const Sighting& first);

// Bounded by its limits whatever is added. One thread.
class GrowingCase {
 public:
  // Begins with nothing in it; `first` says whose case it is. `rules` must outlive it.
  GrowingCase(const sigma::RuleSet& rules, const CaseLimits& limits, const Sighting& first,
              std::string id);

  const std::string& id() const { return result_.id; }
  const std::string& actor() const { return result_.actor; }
  std::uint64_t events() const { return result_.events; }

  // Whether the event is of this actor and close enough in time.
  bool takes(const Sighting& sighting) const;
  // In any order: the verdict, the risk and every count are the same. Names ("the first 20
  // addresses") and the person are of the events that came first.
  void add(Sighting sighting);

  // The risk of all that was added: docs/VERDICTS.md.
  std::uint8_t risk() const;

  // The case so far, without its timeline.
  Case so_far() const;
  // The case with everything. Call last.
  Case finish() &&;

 private:
  // All that one rule found so far.
  struct Tally {
    CaseFinding found;
    Contribution part;  // Of the event that weighed most, as `found` tells it.
    std::pair<std::int64_t, std::uint8_t> weight{0, 0};  // Of that event: its rule's, its risk.
  };
  struct Reckoning {
    std::vector<Contribution> parts;
    std::vector<std::string> tactics, lesser_tactics;  // In kill-chain order.
  };

  void count_hits(const Sighting& sighting, std::uint8_t risk);
  void count_action(const Sighting& sighting);
  Reckoning reckon() const;
  void conclude(Case& result) const;

  const sigma::RuleSet& rules_;
  CaseLimits limits_;
  Case result_;                             // What needs no reckoning at the end.
  std::map<std::uint32_t, Tally> tallies_;  // By rule.
  Timeline timeline_;
};

}  // namespace trailwarden::triage
