#include "report/text_report.h"

#include <gtest/gtest.h>

#include "made_up.h"

namespace trailwarden::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(TextReport, FoldsWhatIsLowAndMany) {
  const std::string text = render_text(MadeUp("Some rule", 30).report(), false);
  EXPECT_THAT(text, HasSubstr("   high     Some rule"));
  EXPECT_THAT(text, HasSubstr("   and 21 of level low\n"));
  EXPECT_THAT(render_text(MadeUp("Some rule", 10).report(), false), Not(HasSubstr("of level")));
  EXPECT_THAT(render_text(MadeUp("Some rule", 11).report(), false),
              HasSubstr("and 2 of level low"));
}

TEST(TextReport, ShowsTheRestOfSeveralTechniques) {
  MadeUp made("x");
  made.result.cases.front().findings.front().finding.attack.assign(30, "T1098.003");
  EXPECT_THAT(render_text(made.report(), false), HasSubstr("×7  T1098.003 +29\n"));
}

TEST(TextReport, NamesResourcesWithoutTheirAccount) {
  MadeUp made("x");
  triage::Sighting& event = made.result.cases.front().timeline.front().sighting;
  event.source = "cloudtrail.amazonaws.com";
  event.name = "StopLogging";
  event.target = "arn:aws:cloudtrail:eu-north-1:111122223333:trail/main";
  event.error_code = "AccessDenied";
  EXPECT_THAT(render_text(made.report(), false),
              HasSubstr("   12:00:00  cloudtrail StopLogging          trail/main             "
                        "AccessDenied\n"));
}

TEST(TextReport, CountsCasesItDoesNotShow) {
  MadeUp made("x");
  made.result.dangerous_cases = 4;
  EXPECT_THAT(render_text(made.report(), false), HasSubstr("and 3 more cases"));
}

TEST(TextReport, OfNothingAtAll) {
  MadeUp made("x");
  made.result = {};
  EXPECT_THAT(render_text(made.report(), false),
              HasSubstr("read 0 = judged 0 + filtered 0 + repeated 0 + skipped 0\n"));
}

TEST(TextReport, HasNoTrailingSpacesAndColoursOnlyWhereWanted) {
  const std::string text = render_text(MadeUp("x").report(), false);
  EXPECT_THAT(text, Not(HasSubstr(" \n")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(render_text(MadeUp("x").report(), true), HasSubstr("\x1b[31;1mDANGEROUS"));
}

}  // namespace
}  // namespace trailwarden::report
