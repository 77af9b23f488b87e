#include <gtest/gtest.h>

#include "analyst/action.h"
#include "analyst/prose.h"

namespace trailwarden::analyst {
namespace {

TEST(Action, IsFoundByName) {
  ASSERT_NE(find_action("StopLogging"), nullptr);
  EXPECT_EQ(find_action("StopLogging")->past, "switched off");
  EXPECT_EQ(find_action("stoplogging"), nullptr);
  EXPECT_EQ(find_action(""), nullptr);
  EXPECT_EQ(find_action("zzz"), nullptr);
}

TEST(Action, ApiDatesDoNotCount) {
  ASSERT_NE(find_action("UpdateFunctionCode20150331v2"), nullptr);
  EXPECT_EQ(find_action("UpdateFunctionCode20150331v2")->event_name, "UpdateFunctionCode");
  EXPECT_NE(find_action("CreateFunction20150331"), nullptr);
  EXPECT_EQ(find_action("CreateFunction2"), nullptr);
  EXPECT_EQ(find_action("20150331"), nullptr);
}

// The table is searched by halves, which finds each of these only if it is in order.
TEST(Action, EveryOneIsFound) {
  for (const Action& action : all_actions()) {
    EXPECT_EQ(find_action(action.event_name), &action) << action.event_name;
    EXPECT_FALSE(action.infinitive.empty() || action.past.empty() || action.one.empty());
  }
}

TEST(Prose, NamesThatAreNotPlainAreQuoted) {
  EXPECT_EQ(named("bob@example.com"), "bob@example.com");
  EXPECT_EQ(named("bob smith"), "“bob smith”");
  EXPECT_EQ(named(""), "“”");
  EXPECT_EQ(named("a”b"), "“a\"b”");
  EXPECT_EQ(named(std::string(70, 'x')), std::string(60, 'x') + "…");
  EXPECT_EQ(named(std::string(70, ' ')), "“" + std::string(60, ' ') + "…”");
}

TEST(Prose, ResourceNames) {
  EXPECT_EQ(resource_name("arn:aws:iam::1:role/ops/Deploy"), "Deploy");
  EXPECT_EQ(resource_name("arn:aws:secretsmanager:us-east-1:1:secret:prod/db-AbC"), "prod/db-AbC");
  EXPECT_EQ(resource_name("arn:aws:s3:::bucket"), "bucket");
  EXPECT_EQ(resource_name("arn:aws:iam::1:root"), "root");
  EXPECT_EQ(resource_name("arn:aws:iam::1:user/"), "arn:aws:iam::1:user/");
  EXPECT_EQ(resource_name("arn:aws"), "arn:aws");
  EXPECT_EQ(resource_name("plain"), "plain");
}

TEST(Prose, Lists) {
  EXPECT_EQ(listed({}), "");
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b"}), "a and b");
  EXPECT_EQ(listed({"a", "b", "c"}, " or "), "a, b or c");
}

TEST(Prose, Articles) {
  EXPECT_EQ(with_article("access key"), "an access key");
  EXPECT_EQ(with_article("role"), "a role");
  EXPECT_EQ(with_article("MFA device"), "an MFA device");
  EXPECT_EQ(with_article("S3 object"), "an S3 object");
}

TEST(Prose, Times) {
  EXPECT_EQ(time_span(0, 59), "at 00:00 UTC on 1 January 1970");
  EXPECT_EQ(time_span(0, 60), "between 00:00 and 00:01 UTC on 1 January 1970");
  EXPECT_EQ(time_span(-60, 0),
            "between 23:59 UTC on 31 December 1969 and 00:00 UTC on 1 January 1970");
  EXPECT_EQ(time_span(std::nullopt, 0), "");
  EXPECT_EQ(time_span(INT64_MIN, INT64_MIN), "at 00:00 UTC on 1 January 0000");
}

}  // namespace
}  // namespace trailwarden::analyst
