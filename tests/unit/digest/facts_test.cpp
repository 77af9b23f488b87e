#include "digest/facts.h"

#include "digest/principal.h"

namespace trailwarden::digest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr UnixSeconds kDay = 86'400;

std::vector<std::string> told(const Facts& before, const Facts& now) {
  std::vector<std::string> texts;
  for (const Item& item : changes(before, now)) texts.push_back(item.text);
  return texts;
}

Facts week() {
  Facts facts{.first = 0, .last = 7 * kDay, .events = 700};
  facts.users = {{"arn:aws:iam::1:user/ann", 600}, {"arn:aws:iam::1:role/ops/Deploy", 100}};
  facts.services = {{"s3.amazonaws.com", 700}};
  facts.regions = {{"eu-west-1", 700}};
  facts.cases = {{"c-1", "A key made"}};
  return facts;
}

TEST(Facts, AreReadAsTheyAreWritten) {
  Facts facts = week();
  facts.users["a \"b\"\n"] = 3;
  const auto again = facts_from_json(to_json(facts));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, facts);
  EXPECT_EQ(*facts_from_json(to_json(Facts{})), Facts{});
}

TEST(Facts, WhatIsNoSummaryIsRefused) {
  for (const char* text :
       {"", "[]", "{}", "{\"events\":-1}", "{\"events\":\"x\"}", "{\"events\":1"}) {
    EXPECT_FALSE(facts_from_json(text)) << text;
  }
  // Members of other types are as if they were not there.
  const auto odd = facts_from_json(
      R"({"events":5,"first":"x","users":[1],"services":{"a":-1,"b":2},"cases":{"c":1}})");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->events, 5);
  EXPECT_THAT(odd->users, IsEmpty());
  EXPECT_EQ(odd->services.size(), 1);
  EXPECT_THAT(odd->cases, IsEmpty());
}

TEST(Changes, NothingIsNew) {
  Facts now = week();
  now.cases.clear();
  EXPECT_THAT(told(week(), now), IsEmpty());
}

TEST(Changes, WhatIsNewAndWhatIsGone) {
  Facts now = week();
  now.regions["sa-east-1"] = 1;
  now.users.erase("arn:aws:iam::1:user/ann");
  now.users["arn:aws:iam::1:user/zoe"] = 1;
  EXPECT_THAT(told(week(), now),
              ElementsAre("New region: sa-east-1.", "New principal: user zoe.",
                          "No longer heard of principal: user ann.", "Goes on: A key made (c-1)."));
}

TEST(Changes, TheRareAreNotMissed) {
  Facts before = week();
  before.users["arn:aws:iam::1:user/once"] = 2;
  Facts now = week();
  now.cases.clear();
  EXPECT_THAT(told(before, now), IsEmpty()) << "somebody who was there twice may stay away";
}

TEST(Changes, ManyNamesAreCounted) {
  Facts now = week();
  now.cases.clear();
  for (int i = 0; i < 8; ++i) now.services["s" + std::to_string(i)] = 1;
  EXPECT_THAT(told(week(), now), ElementsAre("New services: s0, s1, s2, s3, s4 and 3 more."));
}

TEST(Changes, VolumeIsComparedByTheDay) {
  Facts month = week();
  month.cases.clear();
  month.last = 28 * kDay;
  month.events = 4 * 700;
  EXPECT_THAT(told(week(), month), IsEmpty());
  month.events *= 3;
  EXPECT_THAT(told(week(), month), ElementsAre("More events: 300 a day, 100 before."));
  month.events /= 9;
  EXPECT_THAT(told(week(), month), ElementsAre("Fewer events: 33 a day, 100 before."));
}

TEST(Principal, AsPeopleSayIt) {
  EXPECT_EQ(told_principal("arn:aws:iam::1:user/dev/ann"), "user ann");
  EXPECT_EQ(told_principal("arn:aws:iam::1:role/ops/Deploy"), "role Deploy");
  EXPECT_EQ(told_principal("arn:aws-cn:iam::1:root"), "arn:aws-cn:iam::1:root");
  EXPECT_EQ(told_principal("config.amazonaws.com"), "config.amazonaws.com");
  EXPECT_EQ(told_principal("arn:aws:iam::1:user/a b. All is well"), "user “a b. All is well”");
  EXPECT_EQ(short_principal(""), "");
}

}  // namespace
}  // namespace trailwarden::digest
