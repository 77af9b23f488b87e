#include "triage/growing_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "made_up.h"

namespace trailwarden::triage {
namespace {

constexpr std::uint32_t kLow = 1, kMedium = 2, kHigh = 3;

std::vector<Sighting> some_sightings() {
  std::vector<Sighting> sightings;
  for (int i = 0; i < 30; ++i) {
    const std::uint32_t rule = i % 7 == 0 ? kHigh : i % 3 == 0 ? kMedium : kLow;
    sightings.push_back(made_up_sighting("arn:x", 1000 + i * 60, "e-" + std::to_string(i), {rule}));
    sightings.back().failed = i % 5 == 0;
  }
  return sightings;
}

Case grown(const sigma::RuleSet& rules, const std::vector<Sighting>& sightings) {
  GrowingCase growing(rules, {}, sightings.front(), "c-000000000000");
  for (const Sighting& sighting : sightings) growing.add(sighting);
  return growing.so_far();
}

TEST(GrowingCase, EveryOrderGivesTheSameFigures) {
  const sigma::RuleSet rules = made_up_rules();
  std::vector<Sighting> sightings = some_sightings();
  const Case in_order = grown(rules, sightings);
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(sightings.begin(), sightings.end(), random);
    const Case shuffled = grown(rules, sightings);
    EXPECT_EQ(shuffled.arithmetic, in_order.arithmetic);
    EXPECT_EQ(shuffled.risk, in_order.risk);
    EXPECT_EQ(shuffled.first, in_order.first);
    EXPECT_EQ(shuffled.last, in_order.last);
    EXPECT_EQ(shuffled.events, in_order.events);
    EXPECT_EQ(shuffled.failed, in_order.failed);
    ASSERT_EQ(shuffled.findings.size(), in_order.findings.size());
    for (std::size_t i = 0; i < shuffled.findings.size(); ++i) {
      EXPECT_EQ(shuffled.findings[i].finding.id, in_order.findings[i].finding.id);
      EXPECT_EQ(shuffled.findings[i].first, in_order.findings[i].first);
      EXPECT_EQ(shuffled.findings[i].last, in_order.findings[i].last);
      EXPECT_EQ(shuffled.findings[i].weight, in_order.findings[i].weight);
    }
  }
}

TEST(GrowingCase, SoFarSaysWhatTheEndSaysButTheTimeline) {
  const sigma::RuleSet rules = made_up_rules();
  const std::vector<Sighting> sightings = some_sightings();
  GrowingCase growing(rules, {}, sightings.front(), "c-000000000000");
  for (const Sighting& sighting : sightings) {
    growing.add(sighting);
    EXPECT_EQ(growing.risk(), growing.so_far().risk);
  }
  const Case so_far = growing.so_far();
  EXPECT_TRUE(so_far.timeline.empty());
  EXPECT_EQ(so_far.omitted, so_far.events);
  const Case whole = std::move(growing).finish();
  EXPECT_EQ(whole.arithmetic, so_far.arithmetic);
  EXPECT_EQ(whole.timeline.size(), sightings.size());
}

TEST(GrowingCase, TakesWhatIsCloseOnEitherSide) {
  const sigma::RuleSet rules = made_up_rules();
  const Sighting first = made_up_sighting("arn:x", 100'000, "1", {kLow});
  GrowingCase growing(rules, {}, first, "c-000000000000");
  growing.add(first);
  EXPECT_TRUE(growing.takes(made_up_sighting("arn:x", 100'000 + 3600, "2", {kLow})));
  EXPECT_FALSE(growing.takes(made_up_sighting("arn:x", 100'000 + 3601, "2", {kLow})));
  EXPECT_TRUE(growing.takes(made_up_sighting("arn:x", 100'000 - 3600, "2", {kLow})));
  EXPECT_FALSE(growing.takes(made_up_sighting("arn:x", 100'000 - 3601, "2", {kLow})));
  EXPECT_FALSE(growing.takes(made_up_sighting("arn:y", 100'000, "2", {kLow})));
}

TEST(GrowingCase, NoEventMakesItLongerThanItMayBe) {
  const sigma::RuleSet rules = made_up_rules();
  const CaseLimits limits{.silence = std::chrono::seconds{60}, .length = std::chrono::seconds{90}};
  GrowingCase growing(rules, limits, made_up_sighting("arn:x", 1000, "1", {kLow}), "c-0");
  growing.add(made_up_sighting("arn:x", 1000, "1", {kLow}));
  growing.add(made_up_sighting("arn:x", 1060, "2", {kLow}));
  EXPECT_TRUE(growing.takes(made_up_sighting("arn:x", 1090, "3", {kLow})));
  EXPECT_FALSE(growing.takes(made_up_sighting("arn:x", 1091, "3", {kLow})));
  EXPECT_TRUE(growing.takes(made_up_sighting("arn:x", 970, "3", {kLow})));
  EXPECT_FALSE(growing.takes(made_up_sighting("arn:x", 969, "3", {kLow})));
}

}  // namespace
}  // namespace trailwarden::triage
