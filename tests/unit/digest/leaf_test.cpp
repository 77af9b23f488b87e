#include "digest/leaf.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "fixture.h"

namespace trailwarden::digest {
namespace {

using testing::HasSubstr;
using testing::Not;
using triage::Verdict;

class LeafTest : public testing::Test {
 protected:
  std::vector<Leaf> leaves(std::size_t bytes = 1 << 20) {
    folded_ = folder_.take();
    return leaves_of(folded_.groups, bytes, labels_);
  }
  const sigma::RuleSet rules_ = two_rules();
  Folder folder_{Dimension::User, rules_};
  Folded folded_;
  Labels labels_;
};

TEST_F(LeafTest, SaysWhatALineSays) {
  for (int i = 0; i < 3; ++i) {
    auto each = event(1773195060 + i * 60, "id-" + std::to_string(i), "eve", "CreateAccessKey",
                      "AccessDenied");
    each.target = "admin";
    each.hits.push_back({0, false, ""});
    folder_.add(each, Verdict::Dangerous, "c-1");
  }
  const auto all = leaves();
  ASSERT_EQ(all.size(), 1);
  EXPECT_EQ(all[0].json,
            R"([{"user":"eve","account":"111122223333","when":"2026-03-11 02:11..02:13",)"
            R"("from":["198.51.100.7"],"region":["eu-west-1"],"calls":[{"verdict":"dangerous",)"
            R"("call":"iam CreateAccessKey","error":"AccessDenied","n":3,)"
            R"("when":"2026-03-11 02:11..02:13","from":["198.51.100.7"],"region":["eu-west-1"],)"
            R"("about":["admin"],"with":["aws-cli/2.15"],"rules":["Keys for another user"],)"
            R"("events":["e1-e3"]}]}])");
  EXPECT_EQ(all[0].about, "3 events in 1 lines");
  EXPECT_EQ(all[0].events, (std::set<std::size_t>{0, 1, 2}));
  EXPECT_EQ(labels_.event_id(2), "id-2");
}

TEST_F(LeafTest, EveryLineIsInOneLeafAndLeavesAreJson) {
  for (int i = 0; i < 500; ++i) {
    folder_.add(event(i, "id-" + std::to_string(i), "user-" + std::to_string(i % 7),
                      "Call" + std::to_string(i)),
                i % 5 == 0 ? Verdict::Uncertain : Verdict::Safe, "");
  }
  const auto all = leaves(2000);
  EXPECT_GT(all.size(), 5);
  std::size_t lines = 0;
  std::set<std::size_t> events;
  for (const Leaf& leaf : all) {
    EXPECT_LT(leaf.json.size(), 2600);
    boost::system::error_code broken;
    const auto value = boost::json::parse(leaf.json, broken);
    ASSERT_FALSE(broken) << leaf.json;
    for (const auto& user : value.as_array()) {
      lines += user.as_object().at("calls").as_array().size();
    }
    for (const std::size_t number : leaf.events) EXPECT_TRUE(events.insert(number).second);
  }
  EXPECT_EQ(lines, 500);
  EXPECT_EQ(events.size(), 100) << "the uncertain ones";
}

TEST_F(LeafTest, WhatNoRuleMindsIsShort) {
  for (int i = 0; i < 7; ++i) {
    folder_.add(event(1773195060, std::to_string(i), "app", "GetUser"), Verdict::Safe, "");
  }
  folder_.add(event(1773195060, "x", "app", "GetUser", "Throttling"), Verdict::Safe, "");
  EXPECT_EQ(leaves()[0].json,
            R"([{"user":"app","account":"111122223333","when":"2026-03-11 02:11",)"
            R"("from":["198.51.100.7"],"region":["eu-west-1"],)"
            R"("calls":[["iam GetUser",7],["iam GetUser",1,"Throttling"]]}])");
}

// Names are data wherever they stand.
TEST_F(LeafTest, NamesAreHiddenWhereThatIsAskedFor) {
  auto each =
      event(1773195060, "id", "arn:aws:iam::111122223333:user/ops/mallory", "CreateAccessKey");
  each.target = "admin";
  each.user_agent = "tool of mallory from 203.0.113.9";
  each.hits.push_back({0, false, ""});
  folder_.add(each, Verdict::Dangerous, "c-1");
  folder_.add(event(1773195061, "id-2", "adams-laptop", "GetUser"), Verdict::Safe, "");
  folded_ = folder_.take();
  analyst::Names names(7, 100);
  const auto hidden = leaves_of(folded_.groups, 1 << 20, labels_, &names);
  const std::string& json = hidden.front().json;
  for (const char* name :
       {"mallory", "admin\"", "198.51.100.7", "203.0.113.9", "111122223333", "adams"}) {
    EXPECT_THAT(json, Not(HasSubstr(name)));
  }
  for (const char* word : {"user name-", "iam CreateAccessKey", "eu-west-1", "account-"}) {
    EXPECT_THAT(json, HasSubstr(word));
  }
  // The same that is told where nothing is hidden, but for an agent's words.
  Labels labels;
  EXPECT_EQ(names.show(json), leaves_of(folded_.groups, 1 << 20, labels).front().json);
}

TEST_F(LeafTest, HostileNamesStayInTheirStrings) {
  folder_.add(event(1, "id", "eve\"}],\"x\":[{\n\xe2\x80\xae", "Do\x1b[31m"), Verdict::Safe, "");
  const auto all = leaves();
  boost::system::error_code broken;
  const auto value = boost::json::parse(all[0].json, broken);
  ASSERT_FALSE(broken) << all[0].json;
  EXPECT_EQ(value.as_array().size(), 1);
  EXPECT_THAT(all[0].json, Not(HasSubstr("\x1b")));
  EXPECT_THAT(all[0].json, Not(HasSubstr("\xe2\x80\xae")));
}

TEST(Labels, AreReadAsTheyAreWritten) {
  for (const std::size_t number : {0U, 1U, 41U, 99'999U}) {
    EXPECT_EQ(number_in(label_of(number)), number);
  }
  for (const char* text : {"", "e", "e0", "e-1", "12", "e1x", "e99999999999999999999999", "f1"}) {
    EXPECT_EQ(number_in(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace trailwarden::digest
