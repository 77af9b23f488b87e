// The arithmetic of risk. Integers only, factors in a fixed order: the same findings give the same
// number on every machine and in whatever order they come. docs/VERDICTS.md tells it in words; its
// worked example is a test.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sigma/rule.h"

namespace trailwarden::triage {

// What lowers the weight of a finding.
enum class Outcome : std::uint8_t {
  Done,    // The call did what it says, or the finding is about its failing.
  Failed,  // The call was refused or failed: half the weight.
};
enum class Author : std::uint8_t {
  Somebody,
  Service,  // An AWS service by itself: a quarter of the weight.
};

// What one rule (or other finding) adds to a risk.
struct Contribution {
  sigma::Level level = sigma::Level::Medium;
  Outcome outcome = Outcome::Done;  // Done as soon as one of its events was.
  Author author = Author::Somebody;
  std::uint64_t events = 1;  // How often it was found: at least 1.
};

// How likely it is, in millionths, that a finding of this kind is no false alarm: the weight.
std::int64_t weight_of(sigma::Level level, Outcome outcome, Author author);

// Risk from 0 to 100. `tactics` is the number of different ATT&CK tactics among the findings of
// level medium and above.
std::uint8_t risk_of(const std::vector<Contribution>& contributions, std::size_t tactics);

// The same in figures, to be redone by hand: "low 0.8775 · medium 0.45 (floor) · high 0.65 ·
// breadth 0.81 = 0.2079 that all is well: risk 79". A part that is 1 is left out.
std::string show_risk(const std::vector<Contribution>& contributions, std::size_t tactics);

}  // namespace trailwarden::triage
