#include "digest/fold.h"

#include <algorithm>
#include <map>
#include <set>

#include "fixture.h"

namespace trailwarden::digest {
namespace {

using testing::ElementsAre;
using triage::Verdict;

class FoldTest : public testing::Test {
 protected:
  Folder folder(Dimension by = Dimension::User) const { return {by, rules_}; }
  const sigma::RuleSet rules_ = two_rules();
};

std::vector<std::string> ids_of(const Line& line) {
  std::vector<std::string> ids;
  for (const Occurrence& each : line.occurrences) ids.push_back(each.event_id);
  return ids;
}

TEST_F(FoldTest, WhatAPersonWouldReadAsOneIsOneLine) {
  auto fold = folder();
  for (int i = 0; i < 100; ++i) {
    auto each = event(1000 + i, "r" + std::to_string(i), "alice", "ListUsers");
    each.source_ip = i % 4 == 0 ? "203.0.113.9" : "198.51.100.7";
    fold.add(each, Verdict::Safe, "");
  }
  const Folded folded = fold.take();
  ASSERT_EQ(folded.groups.size(), 1);
  ASSERT_EQ(folded.groups[0].lines.size(), 1);
  const Line& line = folded.groups[0].lines[0];
  EXPECT_EQ(line.events, 100);
  EXPECT_EQ(line.first, 1000);
  EXPECT_EQ(line.last, 1099);
  EXPECT_THAT(ids_of(line), ElementsAre("r0"));
  EXPECT_FALSE(line.is_whole());
  ASSERT_EQ(line.addresses.entries.size(), 2);
  EXPECT_EQ(line.addresses.entries[0].value, "198.51.100.7");
  EXPECT_EQ(line.addresses.entries[0].events, 75);
  EXPECT_EQ(line.addresses.entries[1].events, 25);
}

TEST_F(FoldTest, CountedEventsJoinTheLineOfTheirKind) {
  const triage::Sighting known = event(7300, "id", "alice", "ListUsers");
  const triage::Activity counted{.hour = 3600,
                                 .user = known.user,
                                 .account = known.account,
                                 .source = known.source,
                                 .name = known.name,
                                 .region = "us-east-1"};
  for (const bool is_counted_first : {true, false}) {
    auto fold = folder();
    if (is_counted_first) fold.add(counted, 40);
    fold.add(known, Verdict::Safe, "");
    if (!is_counted_first) fold.add(counted, 40);
    const Folded folded = fold.take();
    ASSERT_EQ(folded.lines, 1);
    const Line& line = folded.groups[0].lines[0];
    EXPECT_EQ(line.events, 41);
    EXPECT_EQ(folded.events, 41);
    EXPECT_EQ(line.first, 3600);
    EXPECT_EQ(line.last, 7300);
    EXPECT_EQ(line.regions.entries[0].value, "us-east-1");
    EXPECT_EQ(line.regions.entries[0].events, 40);
    EXPECT_EQ(line.addresses.entries.size(), 1);
    EXPECT_EQ(line.addresses.others, 40) << "from where is not known";
  }
}

TEST_F(FoldTest, CountedEventsHaveTheirGroups) {
  auto fold = folder(Dimension::Region);
  fold.add({.hour = 0, .user = "a", .name = "X", .region = "eu-west-1"}, 2);
  fold.add({.hour = 0, .user = "b", .name = "X", .region = "us-east-1"}, 3);
  const Folded folded = fold.take();
  ASSERT_EQ(folded.groups.size(), 2);
  EXPECT_EQ(folded.groups[0].name, "us-east-1");
  EXPECT_TRUE(folded.groups[0].lines[0].occurrences.empty());
  EXPECT_EQ(folded.groups[0].last, 3599);
}

TEST_F(FoldTest, WhatDiffersIsNotOneLine) {
  auto fold = folder();
  fold.add(event(1, "a", "alice", "ListUsers"), Verdict::Safe, "");
  fold.add(event(2, "b", "alice", "ListUsers", "AccessDenied"), Verdict::Safe, "");
  fold.add(event(3, "c", "alice", "ListRoles"), Verdict::Safe, "");
  auto elsewhere = event(4, "d", "alice", "ListUsers");
  elsewhere.account = "444455556666";
  fold.add(elsewhere, Verdict::Safe, "");
  fold.add(event(5, "e", "bob", "ListUsers"), Verdict::Safe, "");
  EXPECT_EQ(fold.take().lines, 5);
}

// Texts that run together must not make two shapes one.
TEST_F(FoldTest, ShapesAreNotConfused) {
  auto fold = folder(Dimension::All);
  auto one = event(1, "a", "u", "N");
  one.account = "1:x";
  auto other = event(2, "b", "u1", "N");
  other.account = ":x";
  fold.add(one, Verdict::Safe, "");
  fold.add(other, Verdict::Safe, "");
  EXPECT_EQ(fold.take().lines, 2);
}

TEST_F(FoldTest, WorstFirst) {
  auto fold = folder();
  for (int i = 0; i < 9; ++i)
    fold.add(event(i, "s" + std::to_string(i), "zed", "A"), Verdict::Safe, "");
  fold.add(event(20, "u", "bob", "B"), Verdict::Uncertain, "c-1");
  fold.add(event(21, "d", "eve", "C"), Verdict::Dangerous, "c-2");
  fold.add(event(22, "e", "eve", "D"), Verdict::Safe, "");
  const Folded folded = fold.take();
  ASSERT_EQ(folded.groups.size(), 3);
  EXPECT_EQ(folded.groups[0].name, "eve");
  EXPECT_EQ(folded.groups[0].lines[0].name, "C");
  EXPECT_EQ(folded.groups[0].dangerous, 1);
  EXPECT_EQ(folded.groups[1].name, "bob");
  EXPECT_EQ(folded.groups[2].name, "zed");
  EXPECT_EQ(folded.events, 12);
}

TEST_F(FoldTest, ByEveryDimension) {
  const auto name_by = [&](Dimension by) {
    auto fold = folder(by);
    fold.add(event(1, "a", "alice", "ListUsers"), Verdict::Safe, "");
    return fold.take().groups.at(0).name;
  };
  EXPECT_EQ(name_by(Dimension::All), "");
  EXPECT_EQ(name_by(Dimension::User), "alice");
  EXPECT_EQ(name_by(Dimension::Service), "iam.amazonaws.com");
  EXPECT_EQ(name_by(Dimension::Region), "eu-west-1");
  EXPECT_EQ(name_by(Dimension::Account), "111122223333");
}

TEST_F(FoldTest, ManyValuesAreCountedNotKept) {
  auto fold = folder();
  for (int i = 0; i < 100; ++i) {
    auto each = event(i, std::to_string(i), "alice", "GetObject");
    each.target = "object-" + std::to_string(i);
    fold.add(each, Verdict::Safe, "");
  }
  const Line line = fold.take().groups[0].lines[0];
  EXPECT_EQ(line.targets.entries.size(), kValuesMax);
  EXPECT_EQ(line.targets.others, 100 - kValuesMax);
}

// The promise of the room: from what is folded, everything that a line tells of every event that is
// not safe can be had back, and of safe ones the counts add up. Random events, many rounds.
TEST_F(FoldTest, LosesNothingOfWhatIsNotSafe) {
  using Told = std::tuple<std::string, std::string, std::string, std::string, std::string,
                          std::string, std::string, std::string, std::int64_t>;
  std::mt19937 random(7);
  const auto one_of = [&](std::initializer_list<const char*> texts) {
    return std::string(*(texts.begin() + random() % texts.size()));
  };
  for (int round = 0; round < 50; ++round) {
    auto fold = folder(static_cast<Dimension>(round % 5));
    std::map<std::string, Told> put_in;
    std::uint64_t safe = 0;
    for (int i = 0; i < 300; ++i) {
      const auto verdict = static_cast<Verdict>(random() % 3);
      auto each = event(static_cast<std::int64_t>(i / 3), "e" + std::to_string(i),
                        one_of({"a", "b", ""}), one_of({"X", "Y"}), one_of({"", "Denied"}));
      each.source_ip = one_of({"1.1.1.1", "2.2.2.2", ""});
      each.target = one_of({"t", "u"});
      each.region = one_of({"r", "s"});
      each.user_agent = one_of({"cli", "sdk"});
      if (random() % 2 == 0)
        each.hits.push_back({static_cast<std::uint32_t>(random() % 2), false, ""});
      fold.add(each, verdict, one_of({"", "c-1"}));
      if (verdict == Verdict::Safe) {
        ++safe;
      } else {
        put_in[each.event_id] = {each.user,       each.name,   each.error_code,
                                 each.source_ip,  each.target, each.region,
                                 each.user_agent, each.source, *each.time};
      }
    }
    std::map<std::string, Told> got_back;
    std::uint64_t folded_away = 0;
    const auto only = [](const Values& values) {
      EXPECT_LE(values.entries.size(), 1);
      return values.entries.empty() ? std::string() : values.entries[0].value;
    };
    for (const Group& group : fold.take().groups) {
      for (const Line& line : group.lines) {
        if (line.verdict == Verdict::Safe) {
          folded_away += line.events;
          continue;
        }
        EXPECT_TRUE(line.is_whole());
        for (const Occurrence& each : line.occurrences) {
          got_back[each.event_id] = {line.user,
                                     line.name,
                                     line.error,
                                     only(line.addresses),
                                     only(line.targets),
                                     only(line.regions),
                                     only(line.agents),
                                     line.source,
                                     each.time.value_or(-1)};
        }
      }
    }
    EXPECT_EQ(got_back, put_in);
    EXPECT_EQ(folded_away, safe);
  }
}

}  // namespace
}  // namespace trailwarden::digest
