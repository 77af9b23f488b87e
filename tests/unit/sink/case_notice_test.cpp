#include "sink/case_notice.h"

#include <gtest/gtest.h>

namespace trailwarden::sink {
namespace {

triage::Case large_case() {
  triage::Case found;
  found.id = "c-1";
  found.actor = "a\nb\u202e";
  found.account = "111122223333";
  found.verdict = triage::Verdict::Uncertain;
  found.risk = 40;
  found.events = 99;
  for (int i = 0; i < 30; ++i) {
    const std::string number = std::to_string(i);
    triage::CaseFinding finding;
    finding.finding.id = "f" + number;
    finding.finding.title = "t\x1b";
    finding.event_id = "e" + number;
    found.findings.push_back(finding);
    triage::CaseAction action;
    action.name = "n" + number;
    found.actions.push_back(action);
    found.addresses.entries.push_back({"address" + number, 1});
    found.techniques.push_back("T" + std::to_string(1000 + i));
  }
  found.regions.entries = {{"eu-central-1", 99}};
  return found;
}

TEST(CaseNotice, IsBoundedAndHarmless) {
  const Notice notice = make_notice(large_case(), {"title", "story"}, {.revision = 3});
  EXPECT_EQ(notice.findings.size(), 10U);
  EXPECT_EQ(notice.actions.size(), 10U);
  EXPECT_EQ(notice.addresses.size(), 5U);
  EXPECT_EQ(notice.techniques.size(), 20U);
  EXPECT_EQ(notice.actor, "a\\nb\\u202e");
  EXPECT_EQ(notice.findings.at(0).title, "t\\u001b");
  EXPECT_EQ(notice.revision, 3U);
}

TEST(CaseNotice, TheEventIsThatOfTheGravestFindingUnlessSaid) {
  const Notice usual = make_notice(large_case(), {}, {});
  EXPECT_EQ(usual.event_id, "e0");
  EXPECT_EQ(usual.event_region, "eu-central-1");
  const Notice said =
      make_notice(large_case(), {}, {.event_id = "e9", .event_region = "us-east-1"});
  EXPECT_EQ(said.event_id, "e9");
  EXPECT_EQ(said.event_region, "us-east-1");
  triage::Case two_regions = large_case();
  two_regions.regions.entries.push_back({"us-east-1", 1});
  EXPECT_EQ(make_notice(two_regions, {}, {}).event_region, "");
}

TEST(CaseNotice, TheVerdictIsTheCasesUnlessAnOpinionChangedIt) {
  EXPECT_EQ(make_notice(large_case(), {}, {}).verdict, triage::Verdict::Uncertain);
  EXPECT_EQ(make_notice(large_case(), {}, {.verdict = triage::Verdict::Safe}).verdict,
            triage::Verdict::Safe);
}

TEST(CaseNotice, ATestSaysThatItIsOne) {
  const Notice notice = test_notice(1772503869);
  EXPECT_EQ(notice.kind, NoticeKind::Test);
  EXPECT_TRUE(notice.case_id.empty());
}

}  // namespace
}  // namespace trailwarden::sink
