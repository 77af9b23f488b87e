#include "triage/case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <tuple>

#include "made_up.h"

namespace trailwarden::triage {
namespace {

constexpr std::uint32_t kInfo = 0, kLow = 1, kMedium = 2, kHigh = 3, kCritical = 4;

struct Built {
  std::vector<Case> cases;
  std::uint64_t quiet = 0;
};

// What CaseBuilder makes of sightings in any order.
Built build(const std::vector<Sighting>& sightings, CaseLimits limits = {}) {
  std::vector<std::string> sorted;
  for (const Sighting& sighting : sightings) sorted.push_back(encode(sighting));
  std::sort(sorted.begin(), sorted.end());
  const sigma::RuleSet rules = made_up_rules();
  Built built;
  CaseBuilder builder(rules, limits, [&](Case found) { built.cases.push_back(std::move(found)); });
  for (const std::string& bytes : sorted) builder.add(decode(bytes).take());
  builder.flush();
  built.quiet = builder.quiet_cases();
  return built;
}

TEST(Case, NothingGivesNothing) { EXPECT_TRUE(build({}).cases.empty()); }

TEST(Case, OneEventIsACase) {
  Sighting sighting = made_up_sighting("arn:x", 1000, "e-1", {kHigh});
  sighting.target = "admin";
  const Built built = build({sighting});
  ASSERT_EQ(built.cases.size(), 1U);
  const Case& found = built.cases[0];
  EXPECT_EQ(found.actor, "arn:x");
  EXPECT_EQ(found.risk, 70);
  EXPECT_EQ(found.verdict, Verdict::Dangerous);
  EXPECT_EQ(found.first, 1000);
  EXPECT_EQ(found.last, 1000);
  EXPECT_EQ(found.events, 1U);
  EXPECT_EQ(found.tactics, std::vector<std::string>{"privilege-escalation"});
  EXPECT_EQ(found.techniques, std::vector<std::string>{"T1high"});
  ASSERT_EQ(found.findings.size(), 1U);
  EXPECT_EQ(found.findings[0].finding.why, "because of rule 3");
  EXPECT_EQ(found.findings[0].event_id, "e-1");
  ASSERT_EQ(found.actions.size(), 1U);
  EXPECT_EQ(found.actions[0].name, "CreateAccessKey");
  EXPECT_EQ(found.actions[0].targets.entries[0].value, "admin");
  ASSERT_EQ(found.timeline.size(), 1U);
  EXPECT_EQ(found.timeline[0].sighting, sighting);
  EXPECT_EQ(found.timeline[0].judgement.risk, 70);
  EXPECT_EQ(found.addresses.entries[0].value, "203.0.113.9");
}

TEST(Case, ActorsAreKeptApart) {
  const Built built =
      build({made_up_sighting("a", 0, "1", {kHigh}), made_up_sighting("b", 0, "2", {kHigh}),
             made_up_sighting("a", 1, "3", {kHigh})});
  ASSERT_EQ(built.cases.size(), 2U);
  EXPECT_EQ(built.cases[0].actor, "a");
  EXPECT_EQ(built.cases[0].events, 2U);
  EXPECT_EQ(built.cases[1].actor, "b");
}

TEST(Case, EndsAfterAnHourOfSilence) {
  const auto at = [](std::int64_t time) {
    return made_up_sighting("a", time, std::to_string(time), {kHigh});
  };
  EXPECT_EQ(build({at(0), at(3600)}).cases.size(), 1U);
  EXPECT_EQ(build({at(0), at(3601)}).cases.size(), 2U);
  EXPECT_EQ(build({at(INT64_MIN), at(INT64_MAX)}).cases.size(), 2U) << "no overflow";
}

TEST(Case, EndsAfterADay) {
  std::vector<Sighting> steady;
  for (std::int64_t time = 0; time <= 86400 + 1800; time += 1800) {
    steady.push_back(made_up_sighting("a", time, std::to_string(time), {kHigh}));
  }
  const Built built = build(steady);
  ASSERT_EQ(built.cases.size(), 2U);
  EXPECT_EQ(built.cases[0].last, 86400);
  EXPECT_EQ(built.cases[1].first, 86400 + 1800);
}

TEST(Case, EventsWithoutATimeFormTheirOwn) {
  Sighting timeless = made_up_sighting("a", 0, "1", {kHigh});
  timeless.time.reset();
  const Built built = build({timeless, made_up_sighting("a", 0, "2", {kHigh}), timeless});
  ASSERT_EQ(built.cases.size(), 2U);
  EXPECT_EQ(built.cases[0].first, std::nullopt);
  EXPECT_EQ(built.cases[0].events, 2U);
  EXPECT_EQ(built.cases[1].first, 0);
}

TEST(Case, QuietOnesAreCountedNotShown) {
  std::vector<Sighting> noise;
  for (int i = 0; i < 500; ++i) {
    noise.push_back(made_up_sighting("a", i, std::to_string(i), {kInfo, kLow}));
  }
  const Built built = build(noise);
  EXPECT_TRUE(built.cases.empty());
  EXPECT_EQ(built.quiet, 1U);
}

TEST(Case, IdIsOfActorAndFirstEventAlone) {
  const Sighting first = made_up_sighting("a", 10, "1", {kHigh});
  const std::string id = build({first}).cases[0].id;
  EXPECT_EQ(id.size(), 14U);
  EXPECT_TRUE(id.starts_with("c-"));
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef", 2), std::string::npos);
  EXPECT_EQ(build({first, made_up_sighting("a", 11, "2", {kLow})}).cases[0].id, id);
  EXPECT_EQ(build({made_up_sighting("a", 10, "1", {kCritical})}).cases[0].id, id);
  EXPECT_NE(build({made_up_sighting("b", 10, "1", {kHigh})}).cases[0].id, id);
  EXPECT_NE(build({made_up_sighting("a", 11, "1", {kHigh})}).cases[0].id, id);
  EXPECT_NE(build({made_up_sighting("a", 10, "2", {kHigh})}).cases[0].id, id);
}

TEST(Case, AddAnswersTheCase) {
  const sigma::RuleSet rules = made_up_rules();
  std::vector<std::string> finished;
  CaseBuilder builder(rules, {}, [&](const Case& found) { finished.push_back(found.id); });
  const std::string first = builder.add(made_up_sighting("a", 0, "1", {kHigh}));
  EXPECT_EQ(builder.add(made_up_sighting("a", 1, "2", {kHigh})), first);
  const std::string second = builder.add(made_up_sighting("b", 0, "3", {kHigh}));
  builder.flush();
  EXPECT_EQ(finished, (std::vector<std::string>{first, second}));
}

TEST(Case, BreadthCountsTacticsOfMediumAndAbove) {
  const Built narrow = build({made_up_sighting("a", 0, "1", {5, 6})});
  const Built broad = build({made_up_sighting("a", 0, "1", {5, 6, 7, 8, 9, kMedium})});
  EXPECT_EQ(narrow.cases[0].risk, 55);
  EXPECT_EQ(broad.cases[0].risk, 70);
  EXPECT_EQ(broad.cases[0].tactics,
            (std::vector<std::string>{"initial-access", "execution", "persistence",
                                      "defense-impairment", "credential-access", "exfiltration"}));
}

TEST(Case, ASuccessOutweighsFailures) {
  Sighting failure = made_up_sighting("a", 0, "1", {kHigh});
  failure.failed = true;
  Sighting success = made_up_sighting("a", 1, "2", {kHigh});
  success.hits[0].why = "it worked";
  const Case found = build({failure, success}).cases[0];
  EXPECT_EQ(found.risk, 75);  // 1 - 0.3 * (1 - 0.7 / 4) = 0.7525
  EXPECT_EQ(found.failed, 1U);
  EXPECT_EQ(found.findings[0].failed, 1U);
  EXPECT_EQ(found.findings[0].finding.why, "it worked");
  EXPECT_EQ(found.findings[0].event_id, "2");
}

TEST(Case, FindingsStandByLevelThenTime) {
  const Case found =
      build({made_up_sighting("a", 0, "1", {kMedium, kLow}), made_up_sighting("a", 1, "2", {5}),
             made_up_sighting("a", 2, "3", {kCritical})})
          .cases[0];
  std::vector<std::string> ids;
  for (const CaseFinding& item : found.findings) ids.push_back(item.finding.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"critical", "medium", "m5", "low"}));
}

TEST(Case, TimelineKeepsTheFirstOfEachRule) {
  std::vector<Sighting> many;
  for (int i = 0; i < 1000; ++i) {
    const std::uint32_t rule = i == 700 ? kLow : i == 900 ? kMedium : kHigh;
    char id[8];
    std::snprintf(id, sizeof id, "%04d", i);
    many.push_back(made_up_sighting("a", i, id, {rule}));
  }
  const Case found = build(many, {.timeline_max = 10}).cases[0];
  ASSERT_EQ(found.timeline.size(), 10U);
  EXPECT_EQ(found.omitted, 990U);
  std::vector<std::string> ids;
  for (const TimelineEntry& entry : found.timeline) ids.push_back(entry.sighting.event_id);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  EXPECT_EQ(ids.front(), "0000");
  EXPECT_TRUE(std::count(ids.begin(), ids.end(), "0700"));
  EXPECT_TRUE(std::count(ids.begin(), ids.end(), "0900"));
}

TEST(Case, WhatItKeepsIsBounded) {
  std::vector<Sighting> many;
  for (int i = 0; i < 300; ++i) {
    Sighting sighting = made_up_sighting("a", i, std::to_string(i), {kHigh});
    sighting.source_ip = "198.51.100." + std::to_string(i % 150);
    sighting.name = "Call" + std::to_string(i);
    many.push_back(sighting);
  }
  const Case found = build(many).cases[0];
  EXPECT_EQ(found.addresses.entries.size(), 20U);
  EXPECT_EQ(found.addresses.others, 260U);
  EXPECT_EQ(found.actions.size(), 50U);
  EXPECT_EQ(found.other_actions, 250U);
  EXPECT_EQ(found.timeline.size(), 100U);
}

std::vector<Sighting> random_sightings(std::mt19937& random) {
  std::vector<Sighting> sightings;
  for (unsigned i = 0; i < 60; ++i) {
    std::set<std::uint32_t> rules;
    for (auto hits = 1 + random() % 3; hits > 0; --hits) {
      rules.insert(static_cast<std::uint32_t>(random() % 10));
    }
    Sighting sighting =
        made_up_sighting(std::string(1, static_cast<char>('a' + random() % 3)),
                         static_cast<std::int64_t>(random() % 20000), std::to_string(random() % 40),
                         {rules.begin(), rules.end()});
    sighting.failed = random() % 3 == 0;
    sighting.name = "Call" + std::to_string(random() % 4);
    sightings.push_back(std::move(sighting));
  }
  return sightings;
}

// All that a case tells, as one text.
std::string told(const Case& found) {
  std::string text = found.id + found.actor + " " + std::to_string(found.risk) + " " +
                     std::to_string(found.events) + " " + std::to_string(found.failed) + "\n";
  for (const CaseFinding& item : found.findings) {
    text += item.finding.id + " " + item.finding.why + " " + std::to_string(item.events) + " " +
            item.event_id + "\n";
  }
  for (const CaseAction& action : found.actions) {
    text += action.name + " " + action.rule_title + " " + std::to_string(action.events) + "\n";
  }
  for (const TimelineEntry& entry : found.timeline) text += encode(entry.sighting) + "\n";
  return text;
}

TEST(Case, OrderOfInputDoesNotMatter) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<Sighting> sightings = random_sightings(random);
    const Built before = build(sightings, {.timeline_max = 5});
    std::shuffle(sightings.begin(), sightings.end(), random);
    const Built after = build(sightings, {.timeline_max = 5});
    ASSERT_EQ(after.cases.size(), before.cases.size()) << "seed 7, round " << round;
    ASSERT_EQ(after.quiet, before.quiet);
    for (std::size_t i = 0; i < after.cases.size(); ++i) {
      ASSERT_EQ(told(after.cases[i]), told(before.cases[i])) << "seed 7, round " << round;
    }
  }
}

TEST(Case, IsAtLeastAsRiskyAsItsEvents) {
  std::mt19937 random(8);
  for (int round = 0; round < 50; ++round) {
    for (const Case& found : build(random_sightings(random)).cases) {
      std::uint64_t failed = 0;
      for (const TimelineEntry& entry : found.timeline) {
        ASSERT_GE(found.risk, entry.judgement.risk) << "seed 8, round " << round;
        failed += entry.sighting.failed ? 1 : 0;
      }
      ASSERT_EQ(found.timeline.size() + found.omitted, found.events);
      ASSERT_EQ(failed, found.failed);
      ASSERT_GE(found.risk, kUncertainFrom);
    }
  }
}

}  // namespace
}  // namespace trailwarden::triage
