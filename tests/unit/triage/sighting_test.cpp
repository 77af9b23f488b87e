#include "triage/sighting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

#include "json/structural_index.h"
#include "json/walker.h"
#include "made_up.h"

namespace trailwarden::triage {
namespace {

TEST(Judge, AddsUpDistinctRules) {
  const sigma::RuleSet rules = made_up_rules();
  const Judgement one = judge(made_up_sighting("a", 0, "e", {2}), rules);
  EXPECT_EQ(one.risk, 35);
  EXPECT_EQ(one.verdict, Verdict::Uncertain);
  ASSERT_EQ(one.findings.size(), 1U);
  EXPECT_EQ(one.findings[0].kind, FindingKind::Rule);
  EXPECT_EQ(one.findings[0].id, "medium");
  EXPECT_EQ(one.findings[0].title, "Rule medium");
  EXPECT_EQ(one.findings[0].attack, std::vector<std::string>{"T1medium"});
  EXPECT_EQ(one.findings[0].why, "because of rule 2");
  EXPECT_EQ(judge(made_up_sighting("a", 0, "e", {2, 3}), rules).risk, 81);  // 1 - 0.65 * 0.3
  EXPECT_EQ(judge(made_up_sighting("a", 0, "e", {0}), rules).verdict, Verdict::Safe);
}

TEST(Judge, FailureHalvesUnlessTheRuleIsAboutIt) {
  const sigma::RuleSet rules = made_up_rules();
  Sighting sighting = made_up_sighting("a", 0, "e", {3});
  sighting.failed = true;
  EXPECT_EQ(judge(sighting, rules).risk, 35);
  sighting.hits[0].about_failure = true;
  EXPECT_EQ(judge(sighting, rules).risk, 70);
}

TEST(Judge, ServicesCountAQuarter) {
  Sighting sighting = made_up_sighting("a", 0, "e", {3});
  sighting.is_service = true;
  EXPECT_EQ(judge(sighting, made_up_rules()).risk, 18);  // 17.5, a half upwards
}

Sighting full_sighting() {
  Sighting sighting = made_up_sighting(std::string("ac\0tor", 6), -5, "id", {1, 300});
  sighting.user_agent = "agent";
  sighting.error_code = "AccessDenied";
  sighting.account = "1";
  sighting.user = "u";
  sighting.user_type = "IAMUser";
  sighting.target = "t";
  sighting.failed = true;
  sighting.is_service = true;
  sighting.hits[1].about_failure = true;
  sighting.raw = std::string(300, '{') + std::string("\0\xff", 2);
  return sighting;
}

TEST(Encoding, ReadsBackWhatItWrote) {
  const Sighting full = full_sighting();
  EXPECT_EQ(decode(encode(full)).take(), full);
  Sighting timeless = full;
  timeless.time.reset();
  EXPECT_EQ(decode(encode(timeless)).take(), timeless);
  EXPECT_EQ(decode(encode(Sighting{})).take(), Sighting{});
}

TEST(Encoding, DamageIsAnError) {
  const std::string bytes = encode(full_sighting());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode(bytes + "x"));
  EXPECT_FALSE(decode(std::string(200, '\xff')));
}

TEST(Encoding, BytesSortAsActorTimeAndId) {
  const std::string actors[] = {"", "a", std::string("a\0", 2), std::string("a\0b", 3), "aa", "b"};
  const std::optional<std::int64_t> times[] = {std::nullopt, INT64_MIN, -1,         0,
                                               255,          256,       1688989338, INT64_MAX};
  std::vector<Sighting> expected;
  for (const std::string& actor : actors) {
    for (const auto time : times) {
      for (const std::string id : {"", "1", "10", "2"}) {
        expected.push_back(made_up_sighting(actor, 0, id, {1}));
        expected.back().time = time;
      }
    }
  }
  std::vector<std::string> bytes;
  for (const Sighting& sighting : expected) bytes.push_back(encode(sighting));
  EXPECT_TRUE(std::is_sorted(bytes.begin(), bytes.end()));
}

// sight() on one record, with rules over eventName (0), a request parameter (1), errorCode (2).
class Sight {
 public:
  explicit Sight(std::string_view json) : text_(json) {
    match::MatcherBuilder builder;
    fields_ = cloudtrail::EventFields::add_to(builder.fields());
    add_rule(builder, "eventName", "CreateAccessKey");
    add_rule(builder, "requestParameters.userName", "ad\nmin");
    add_rule(builder, "errorCode", "AccessDenied");
    const match::Matcher matcher = std::move(builder).build();
    text_.append(json::kPadding, ' ');
    index_.build(std::string_view(text_).substr(0, json.size()));
    found_.clear(matcher.projection().field_count());
    json::project(index_, 0, matcher.projection(), found_);
    match::MatchScratch scratch;
    std::vector<match::RuleId> matched;
    matcher.match(found_, scratch, matched);
    const cloudtrail::Event event = cloudtrail::read_event(fields_, found_);
    sighting_ = sight(event, matched, {fields_, matcher, found_, scratch});
  }
  const Sighting& operator*() const { return sighting_; }
  const Sighting* operator->() const { return &sighting_; }

 private:
  static void add_rule(match::MatcherBuilder& builder, const char* path, const char* value) {
    const json::FieldId field = builder.fields().add(std::string_view(path));
    const auto predicate = builder.add({field, match::TextIs{{value}, {}, {}}, false}).take();
    builder.add_rule(match::Expression::holds(predicate));
  }
  std::string text_;
  json::StructuralIndex index_;
  json::Projected found_;
  cloudtrail::EventFields fields_;
  Sighting sighting_;
};

constexpr char kDenied[] =
    R"({"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1:user/mallory"},
        "eventTime":"2026-03-03T02:11:07Z","eventName":"CreateAccessKey",
        "sourceIPAddress":"203.0.113.9","errorCode":"AccessDenied",
        "requestParameters":{"userName":"ad\nmin"},"eventID":"e-1"})";

TEST(Sight, TellsWhyARuleFired) {
  const Sight sight(kDenied);
  ASSERT_EQ(sight->hits.size(), 3U);
  EXPECT_EQ(sight->hits[0].why,
            "CreateAccessKey on ad\\nmin by arn:aws:iam::1:user/mallory from 203.0.113.9, failed "
            "with AccessDenied.");
  EXPECT_EQ(sight->hits[1].why,
            "CreateAccessKey by arn:aws:iam::1:user/mallory from 203.0.113.9, failed with "
            "AccessDenied; requestParameters.userName = ad\\nmin.");
  EXPECT_FALSE(sight->hits[0].about_failure);
  EXPECT_TRUE(sight->hits[2].about_failure);
  EXPECT_TRUE(sight->failed);
  EXPECT_EQ(sight->actor, "arn:aws:iam::1:user/mallory");
  EXPECT_EQ(sight->event_id, "e-1");
  EXPECT_EQ(sight->target, "ad\nmin") << "values stay as they are; sentences write them out";
}

TEST(Sight, AFailedSignInHasNoCode) {
  const Sight sight(R"({"eventName":"CreateAccessKey","errorMessage":"Failed authentication"})");
  EXPECT_TRUE(sight->failed);
  EXPECT_EQ(sight->hits[0].why, "CreateAccessKey, failed.");
}

}  // namespace
}  // namespace trailwarden::triage
