#include "triage/risk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "triage/verdict.h"

namespace trailwarden::triage {
namespace {

using sigma::Level;

Contribution of(Level level, std::uint64_t events = 1) { return {level, {}, {}, events}; }
Contribution failed(Level level, std::uint64_t events = 1) {
  return {level, Outcome::Failed, {}, events};
}
Contribution by_service(Level level) { return {level, {}, Author::Service, 1}; }

struct RiskCase {
  const char* why;
  std::vector<Contribution> parts;
  std::size_t tactics;
  int risk;
};

TEST(Risk, Table) {
  const RiskCase cases[] = {
      {"nothing", {}, 0, 0},
      {"informational weighs nothing", {of(Level::Informational, 1000)}, 1, 0},
      {"one low", {of(Level::Low)}, 0, 10},
      {"one medium", {of(Level::Medium)}, 1, 35},
      {"one high", {of(Level::High)}, 1, 70},
      {"one critical", {of(Level::Critical)}, 1, 90},
      {"a failed medium is safe", {failed(Level::Medium)}, 1, 18},
      {"a failed high is uncertain", {failed(Level::High)}, 1, 35},
      {"a failed critical is uncertain", {failed(Level::Critical)}, 1, 45},
      {"two failed highs", {failed(Level::High), failed(Level::High)}, 1, 58},
      {"three failed highs are dangerous",
       {failed(Level::High), failed(Level::High), failed(Level::High)},
       1,
       73},
      {"a failed high over and over stays uncertain", {failed(Level::High, 5000)}, 1, 58},
      {"a service's critical is safe", {by_service(Level::Critical)}, 1, 23},
      {"two events: a quarter more", {of(Level::Medium, 2)}, 1, 41},
      {"four events: the same", {of(Level::Medium, 4)}, 1, 41},
      {"five events: half more", {of(Level::Medium, 5)}, 1, 46},
      {"nineteen events: the same", {of(Level::Medium, 19)}, 1, 46},
      {"twenty events: once more, then the floor", {of(Level::Medium, 20)}, 1, 55},
      {"low upon low", {of(Level::Low, 20), of(Level::Low, 20), of(Level::Low, 20)}, 0, 20},
      {"medium upon medium",
       {of(Level::Medium, 20), of(Level::Medium, 20), of(Level::Medium, 20)},
       1,
       55},
      {"all noise there is",
       {of(Level::Medium, 99), of(Level::Low, 99), of(Level::Low, 99)},
       2,
       64},
      {"two tactics are no breadth", {of(Level::Medium), of(Level::Medium)}, 2, 55},
      {"six tactics of medium are dangerous", {of(Level::Medium, 99)}, 6, 70},
      {"a half is rounded up", {of(Level::Low), failed(Level::Low)}, 0, 15},
  };
  for (const RiskCase& c : cases) EXPECT_EQ(risk_of(c.parts, c.tactics), c.risk) << c.why;
}

TEST(Risk, VerdictsBeginWhereTheySay) {
  EXPECT_EQ(verdict_of(0), Verdict::Safe);
  EXPECT_EQ(verdict_of(29), Verdict::Safe);
  EXPECT_EQ(verdict_of(30), Verdict::Uncertain);
  EXPECT_EQ(verdict_of(69), Verdict::Uncertain);
  EXPECT_EQ(verdict_of(70), Verdict::Dangerous);
  EXPECT_EQ(verdict_of(100), Verdict::Dangerous);
}

class RandomParts {
 public:
  explicit RandomParts(unsigned seed) : random_(seed) {}

  Contribution part() {
    return {static_cast<Level>(pick(5)), static_cast<Outcome>(pick(2)),
            static_cast<Author>(pick(2)), 1 + pick(30)};
  }
  std::vector<Contribution> parts() {
    std::vector<Contribution> all(pick(8));
    std::generate(all.begin(), all.end(), [this] { return part(); });
    return all;
  }
  std::uint64_t pick(std::uint64_t below) { return random_() % below; }
  std::mt19937& engine() { return random_; }

 private:
  std::mt19937 random_;
};

TEST(Risk, DoesNotDependOnOrder) {
  RandomParts random(1);
  for (int round = 0; round < 5000; ++round) {
    std::vector<Contribution> parts = random.parts();
    const std::size_t tactics = random.pick(8);
    const int before = risk_of(parts, tactics);
    std::shuffle(parts.begin(), parts.end(), random.engine());
    ASSERT_EQ(risk_of(parts, tactics), before) << "seed 1, round " << round;
  }
}

TEST(Risk, NothingMoreEverLowersIt) {
  RandomParts random(2);
  for (int round = 0; round < 5000; ++round) {
    std::vector<Contribution> parts = random.parts();
    const std::size_t tactics = random.pick(8);
    const int before = risk_of(parts, tactics);
    ASSERT_GE(risk_of(parts, tactics + 1), before) << "seed 2, round " << round;
    if (!parts.empty()) {
      std::vector<Contribution> repeated = parts;
      ++repeated.front().events;
      ASSERT_GE(risk_of(repeated, tactics), before) << "seed 2, round " << round;
    }
    parts.push_back(random.part());
    ASSERT_GE(risk_of(parts, tactics), before) << "seed 2, round " << round;
    ASSERT_LE(risk_of(parts, tactics), 100);
  }
}

TEST(Risk, LowFindingsNeverAlert) {
  RandomParts random(3);
  for (int round = 0; round < 1000; ++round) {
    std::vector<Contribution> parts(random.pick(50));
    for (Contribution& part : parts) part = of(Level::Low, 1 + random.pick(1000));
    ASSERT_EQ(verdict_of(risk_of(parts, 0)), Verdict::Safe) << "seed 3, round " << round;
  }
}

// The worked example of docs/VERDICTS.md.
TEST(Risk, IsShownInFigures) {
  using enum sigma::Level;
  const std::vector<Contribution> parts = {
      {Low, Outcome::Done, Author::Somebody, 3},    {Medium, Outcome::Done, Author::Somebody, 1},
      {Medium, Outcome::Done, Author::Somebody, 2}, {Medium, Outcome::Failed, Author::Somebody, 3},
      {High, Outcome::Failed, Author::Somebody, 1},
  };
  EXPECT_EQ(
      show_risk(parts, 4),
      "low 0.8775 · medium 0.45 (floor) · high 0.65 · breadth 0.81 = 0.2079 that all is well: "
      "risk 79");
}

}  // namespace
}  // namespace trailwarden::triage
