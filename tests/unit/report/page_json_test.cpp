#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "made_up.h"
#include "report/page_report.h"
#include "report/verdict_line.h"

namespace trailwarden::report {
namespace {

boost::json::value page_of(const MadeUp& made) {
  return boost::json::parse(page_json(made.report()));
}

std::vector<std::string> keys_of(const boost::json::value& object) {
  std::vector<std::string> keys;
  for (const auto& member : object.as_object()) keys.emplace_back(member.key());
  return keys;
}

using testing::ElementsAre;

// dashboard/src/data/report.ts is the other half of this contract.
TEST(PageJson, HasTheMembersOfSchema1) {
  const auto json = page_of(MadeUp("x"));
  EXPECT_EQ(json.at("schema").as_int64(), 1);
  EXPECT_THAT(keys_of(json), ElementsAre("schema", "generator", "inputs", "period", "counts",
                                         "skipped", "case_counts", "rules", "timeline", "by_user",
                                         "by_service", "by_region", "cases"));
  const auto& found = json.at("cases").as_array().front();
  EXPECT_THAT(
      keys_of(found),
      ElementsAre("id", "verdict", "risk", "title", "actor", "user", "account", "regions",
                  "services", "source_ips", "user_agents", "first", "last", "events", "tactics",
                  "techniques", "story", "arithmetic", "findings", "timeline", "timeline_omitted"));
  EXPECT_THAT(keys_of(found.at("findings").as_array().front()),
              ElementsAre("id", "title", "level", "attack", "why", "count", "weight", "first",
                          "last", "references", "false_positives"));
  EXPECT_THAT(keys_of(found.at("timeline").as_array().front()),
              ElementsAre("event_id", "time", "event_source", "event_name", "region", "source_ip",
                          "user_agent", "error_code", "verdict", "risk", "findings", "raw"));
}

TEST(PageJson, AccountsForEveryRecord) {
  const auto json = page_of(MadeUp("x"));
  const auto count = [&](const char* name) { return json.at("counts").at(name).as_int64(); };
  EXPECT_EQ(count("read"),
            count("judged") + count("filtered") + count("repeated") + count("skipped"));
  EXPECT_EQ(count("judged"), count("dangerous") + count("uncertain") + count("safe"));
  EXPECT_EQ(json.at("skipped").as_array().front().at("count").as_int64(), count("skipped"));
}

TEST(PageJson, NamesTheReferencesOfARuleThatItKnows) {
  const auto json = page_of(MadeUp("x"));
  const auto& findings = json.at("cases").as_array().front().at("findings").as_array();
  EXPECT_EQ(findings.front().at("references").as_array().front().as_string(),
            "https://example.com/x");
  EXPECT_TRUE(findings.back().at("references").as_array().empty());
}

TEST(PageJson, LeavesOutCasesBelowTheVerdictAskedFor) {
  MadeUp made("x");
  made.result.cases.push_back(made.result.cases.front());
  made.result.cases.back().verdict = triage::Verdict::Uncertain;
  EXPECT_EQ(page_of(made).at("cases").as_array().size(), 2U);
  Report report = made.report();
  report.min_verdict = triage::Verdict::Dangerous;
  EXPECT_EQ(boost::json::parse(page_json(report)).at("cases").as_array().size(), 1U);
}

TEST(PageJson, OfNothingAtAll) {
  MadeUp made("x");
  made.result = {};
  const auto json = page_of(made);
  EXPECT_TRUE(json.at("period").at("first").is_null());
  EXPECT_TRUE(json.at("cases").as_array().empty());
}

TEST(VerdictLine, IsTheContract) {
  std::string line;
  const MadeUp made("x", 1);
  append_verdict_line(made.verdict(), line);
  EXPECT_EQ(line,
            R"({"schema":1,"event_id":"x","event_time":"2026-03-11T12:00:00Z","event_source":"x",)"
            R"("event_name":"x","account":"x","region":"x","principal":"x","source_ip":"x",)"
            R"("user_agent":"x","error_code":"x","verdict":"dangerous","risk":90,)"
            R"("case":"c-0123456789ab","case_verdict":"dangerous","findings":[{"kind":"rule",)"
            R"("id":"rule-0","title":"x","level":"high","attack":["T1098.003"],"why":"x"}]})"
            "\n");
}

TEST(VerdictLine, OfASafeEventWithoutMuchIsNull) {
  const triage::Sighting event;
  const triage::Judgement judgement;
  std::string line;
  append_verdict_line({.event = event, .judgement = judgement, .case_id = {}}, line);
  const auto json = boost::json::parse(line);
  for (const char* name : {"event_time", "event_id", "error_code", "case", "case_verdict"}) {
    EXPECT_TRUE(json.at(name).is_null()) << name;
  }
  EXPECT_EQ(json.at("verdict").as_string(), "safe");
}

}  // namespace
}  // namespace trailwarden::report
