#include "sink/notice_json.h"

#include <gtest/gtest.h>

#include "sample.h"

namespace trailwarden::sink {
namespace {

TEST(NoticeJson, GoldenLine) { expect_golden("notice.json", to_json(sample_notice()) + "\n"); }

TEST(NoticeJson, EveryMemberComesBack) {
  const std::string once = to_json(sample_notice());
  const auto back = notice_from_json(once);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_json(*back), once);
  EXPECT_EQ(back->before, triage::Verdict::Uncertain);
  EXPECT_EQ(back->findings.at(0).level, sigma::Level::High);
  EXPECT_EQ(back->first, 1772503869);
  EXPECT_TRUE(back->opinion->counted);
}

TEST(NoticeJson, AnEmptyNoticeComesBack) {
  const auto back = notice_from_json(to_json(Notice{}));
  ASSERT_TRUE(back);
  EXPECT_EQ(to_json(*back), to_json(Notice{}));
  EXPECT_FALSE(back->first);
  EXPECT_FALSE(back->opinion);
}

TEST(NoticeJson, BytesThatAreNoTextStayValid) {
  Notice notice = sample_notice();
  notice.title = "\xff\x01\"\\ \xe2\x80\xae";
  ASSERT_TRUE(notice_from_json(to_json(notice)));
}

TEST(NoticeJson, TheKeyStandsFirst) {
  EXPECT_TRUE(keyed_json(sample_notice(), "k\"1").starts_with(R"({"key":"k\"1","schema":1,)"));
}

TEST(NoticeJson, WhatIsNoNoticeIsRefusedByName) {
  const std::string sound = R"({"schema":1,"kind":"grown","verdict":"safe"})";
  ASSERT_TRUE(notice_from_json(sound));
  struct Case {
    const char* text;
    const char* said;
  };
  for (const Case& each : {
           Case{"", "no JSON"},
           Case{"[1]", "no JSON object"},
           Case{R"({"kind":"grown","verdict":"safe"})", "schema"},
           Case{R"({"schema":2,"kind":"grown","verdict":"safe"})", "schema"},
           Case{R"({"schema":1,"kind":"grow","verdict":"safe"})", "kind"},
           Case{R"({"schema":1,"kind":"grown"})", "verdict"},
           Case{R"({"schema":1,"kind":"grown","verdict":"safe","risk":101})", "risk"},
           Case{R"({"schema":1,"kind":"grown","verdict":"safe","risk":-1})", "risk"},
           Case{R"({"schema":1,"kind":"grown","verdict":"safe","title":1})", "title"},
           Case{R"({"schema":1,"kind":"grown","verdict":"safe","regions":[1]})", "regions"},
           Case{R"({"schema":1,"kind":"grown","verdict":"safe","first":"soon"})", "first"},
           Case{R"({"schema":1,"kind":"grown","verdict":"safe","findings":[{}]})", "level"},
           Case{R"({"schema":1,"kind":"grown","verdict":"safe","findings":[3]})", "findings"},
           Case{R"({"schema":1,"kind":"grown","verdict":"safe","opinion":[]})", "opinion"},
       }) {
    const auto refused = notice_from_json(each.text);
    ASSERT_FALSE(refused) << each.text;
    EXPECT_THAT(refused.error().message, testing::HasSubstr(each.said)) << each.text;
  }
}

TEST(NoticeJson, WhatALaterVersionAddsIsPassedOver) {
  EXPECT_TRUE(notice_from_json(
      R"({"schema":1,"kind":"grown","verdict":"safe","news":{"a":[1]},"key":"k"})"));
}

TEST(ConsoleUrl, Table) {
  constexpr std::string_view kId = "0b0a5c7e-6f3a-4e0d-9a51-7c2f7f1d2e3a";
  const auto page = [&](std::string_view region) { return console_url(kId, region); };
  EXPECT_EQ(page("eu-central-1"),
            "https://eu-central-1.console.aws.amazon.com/cloudtrailv2/"
            "home?region=eu-central-1#/events/0b0a5c7e-6f3a-4e0d-9a51-7c2f7f1d2e3a");
  EXPECT_TRUE(page("cn-north-1").starts_with("https://cn-north-1.console.amazonaws.cn/"));
  EXPECT_TRUE(
      page("us-gov-west-1").starts_with("https://us-gov-west-1.console.amazonaws-us-gov.com/"));
  for (const char* region : {"", "us-iso-east-1", "x@evil.example", "eu-central-1.evil",
                             "EU-WEST-1", "eu-central-1/", "---------", "eu-central"}) {
    EXPECT_EQ(page(region), "") << region;
  }
  for (const char* id : {"", "0b0a5c7e", "0b0a5c7e-6f3a-4e0d-9a51-7c2f7f1d2e3a|",
                         "zb0a5c7e-6f3a-4e0d-9a51-7c2f7f1d2e3a"}) {
    EXPECT_EQ(console_url(id, "eu-central-1"), "") << id;
  }
}

TEST(NoticeKindNames, ThereAndBack) {
  for (const auto kind : {NoticeKind::Opened, NoticeKind::Raised, NoticeKind::Grown,
                          NoticeKind::Opinion, NoticeKind::Test}) {
    EXPECT_EQ(notice_kind(to_string(kind)), kind);
  }
  EXPECT_FALSE(notice_kind("closed"));
}

}  // namespace
}  // namespace trailwarden::sink
