#include "report/integrity_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "nasty.h"
#include "report/coverage_map.h"
#include "report/terminal.h"

namespace trailwarden::report {
namespace {

using integrity::ChainName;
using integrity::ChainReport;
using integrity::Coverage;
using integrity::Findings;

constexpr UnixSeconds kMorning = 1'773'216'000;  // 2026-03-11T08:00:00Z
constexpr UnixSeconds kHour = 3600;

// A problem of every kind and a remark of every kind, all of whose words are `text`.
Findings made_of(const std::string& text) {
  Findings findings;
  const ChainName chain{text, text, text, text, false};
  for (std::size_t i = 0; i < integrity::kProblemKinds; ++i) {
    findings.problems.push_back({static_cast<integrity::ProblemKind>(i), chain, text, text, text,
                                 text, kMorning, kMorning + kHour});
  }
  for (int i = 0; i <= static_cast<int>(integrity::RemarkKind::NeverCovered); ++i) {
    findings.remarks.push_back(
        {static_cast<integrity::RemarkKind>(i), chain, text, 1, kMorning, kMorning + kHour});
  }
  ChainReport report;
  report.name = chain;
  report.coverage = {{kMorning, kMorning + kHour, Coverage::Logs, 1}};
  findings.chains.push_back(report);
  return findings;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t end; (end = text.find('\n')) != std::string_view::npos;) {
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

TEST(IntegrityReport, HostileTextIsHarmless) {
  const std::vector<std::string> inputs = {"mirror"};
  const Findings plain = made_of("x");
  const std::size_t usual = lines_of(render_integrity_text({plain, "t", inputs}, false)).size();
  for (const Nasty& nasty : nasty_strings()) {
    Findings findings = made_of(nasty.text);
    const IntegrityReport report{findings, "t", inputs};
    const std::string text = render_integrity_text(report, false);
    EXPECT_EQ(deceptive_part(text), "") << nasty.what;
    for (const std::string_view line : lines_of(text)) EXPECT_LE(columns(line), 80U) << line;
    // At most 25 problems are told, each with a dozen lines of what may be long.
    EXPECT_LE(lines_of(text).size(), usual + 25 * 24 + 40) << nasty.what;
    findings.problems.resize(1);  // Some of the strings are long.
    const auto json = boost::json::parse(render_integrity_json(report)).as_object();
    EXPECT_EQ(json.at("problems").as_array().size(), 1U);
  }
}

TEST(IntegrityReport, EveryKindHasItsWords) {
  std::vector<std::string_view> ids;
  for (std::size_t i = 0; i < integrity::kProblemKinds; ++i) {
    const auto& text = integrity::text_of(static_cast<integrity::ProblemKind>(i));
    EXPECT_TRUE(!text.id.empty() && !text.title.empty() && !text.meaning.empty()) << i;
    EXPECT_TRUE(text.id.starts_with("log-") || text.id.starts_with("digest-") ||
                text.id.starts_with("chain-"))
        << text.id;
    ids.push_back(text.id);
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

std::vector<std::string> map_of(std::vector<integrity::Stretch> stretches) {
  ChainReport report;
  report.name = {"1", "eu-north-1", "t", "eu-north-1", false};
  report.coverage = std::move(stretches);
  return coverage_map({report}, Paint(false));
}

TEST(CoverageMap, ACharacterAnHour) {
  const auto map =
      map_of({{kMorning + 91, kMorning + 2 * kHour + 91, Coverage::Logs, 2},
              {kMorning + 2 * kHour + 91, kMorning + 3 * kHour + 91, Coverage::Missing, 0},
              {kMorning + 3 * kHour + 91, kMorning + 5 * kHour + 91, Coverage::Quiet, 0}});
  ASSERT_GE(map.size(), 3U);
  EXPECT_EQ(map[0], "coverage, one character an hour");
  EXPECT_EQ(map[2], "  eu-north-1      ##!··");
}

TEST(CoverageMap, LongTimesTakeACharacterADayAndTheWorstShows) {
  constexpr UnixSeconds kDay = 24 * kHour;
  const UnixSeconds midnight = kMorning - 8 * kHour;
  const auto map =
      map_of({{midnight, midnight + 3 * kDay + kHour, Coverage::Logs, 2},
              {midnight + 3 * kDay + kHour, midnight + 3 * kDay + 2 * kHour, Coverage::Damaged, 1},
              {midnight + 3 * kDay + 2 * kHour, midnight + 40 * kDay, Coverage::Logs, 9}});
  EXPECT_EQ(map[0], "coverage, one character a day");
  EXPECT_EQ(map[2], "  eu-north-1      ###x" + std::string(36, '#'));
}

TEST(CoverageMap, NeverWiderThanATerminal) {
  for (UnixSeconds hours = 1; hours < 24 * 365 * 80; hours = hours * 3 / 2 + 1) {
    for (const std::string& line :
         map_of({{kMorning, kMorning + hours * kHour, Coverage::Logs, 1}})) {
      EXPECT_LE(columns(line), 80U) << hours;
    }
  }
}

TEST(CoverageMap, NothingIsNoMap) { EXPECT_TRUE(coverage_map({}, Paint(false)).empty()); }

}  // namespace
}  // namespace trailwarden::report
