// docs/VERDICTS.md says how risk is reckoned: its numbers must be the program's.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "triage/risk.h"
#include "triage/verdict.h"

namespace trailwarden::triage {
namespace {

using Row = std::vector<std::string>;

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string page() {
  std::ifstream file(TW_SOURCE_DIR "/docs/VERDICTS.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The rows of the table whose head is `head`, without head and ruler.
std::vector<Row> table(const std::string& head) {
  std::istringstream lines(page());
  std::vector<Row> rows;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    line = trimmed(line);
    if (line == head) {
      inside = true;
      std::getline(lines, line);
    } else if (inside && line.starts_with("|")) {
      std::istringstream cells(line.substr(1));
      Row row;
      for (std::string cell; std::getline(cells, cell, '|');) row.push_back(trimmed(cell));
      rows.push_back(row);
    } else if (inside) {
      break;
    }
  }
  return rows;
}

sigma::Level level_named(const std::string& name) {
  static const std::map<std::string, sigma::Level> kLevels = {
      {"informational", sigma::Level::Informational},
      {"low", sigma::Level::Low},
      {"medium", sigma::Level::Medium},
      {"high", sigma::Level::High},
      {"critical", sigma::Level::Critical}};
  return kLevels.at(name);
}

TEST(VerdictsPage, Verdicts) {
  const auto rows = table("| verdict | risk | colour | asks of you |");
  ASSERT_EQ(rows.size(), 3U);
  for (const Row& row : rows) {
    int from = 0;
    int to = 0;
    ASSERT_EQ(std::sscanf(row[1].c_str(), "%d to %d", &from, &to), 2) << row[1];
    for (int risk = from; risk <= to; ++risk) {
      EXPECT_EQ(to_string(verdict_of(static_cast<std::uint8_t>(risk))), row[0]) << risk;
    }
  }
}

TEST(VerdictsPage, Weights) {
  const auto rows = table("| level | weight |");
  ASSERT_EQ(rows.size(), 5U);
  for (const Row& row : rows) {
    const std::int64_t written = std::llround(std::stod(row[1]) * 1e6);
    const sigma::Level level = level_named(row[0]);
    EXPECT_EQ(weight_of(level, Outcome::Done, Author::Somebody), written) << row[0];
    EXPECT_EQ(weight_of(level, Outcome::Failed, Author::Somebody), written / 2) << row[0];
    EXPECT_EQ(weight_of(level, Outcome::Done, Author::Service), written / 4) << row[0];
  }
}

// Each line of the table of repeats, for one rule of level high (which has no floor).
TEST(VerdictsPage, Repeats) {
  const auto rows = table("| events | counts once more with |");
  ASSERT_EQ(rows.size(), 4U);
  for (const Row& row : rows) {
    const std::uint64_t events = std::stoull(row[0]);
    const double left = (1 - 0.70) * (1 - 0.70 * std::stod(row[1]));
    EXPECT_EQ(risk_of({{sigma::Level::High, {}, {}, events}}, 1), std::lround(100 * (1 - left)))
        << row[0];
  }
}

TEST(VerdictsPage, WorkedExample) {
  const auto rows = table("| finding | level | tactic | events | outcome |");
  ASSERT_EQ(rows.size(), 5U);
  std::vector<Contribution> parts;
  std::set<std::string> tactics;
  for (const Row& row : rows) {
    const sigma::Level level = level_named(row[1]);
    const Outcome outcome = row[4] == "failed" ? Outcome::Failed : Outcome::Done;
    parts.push_back({level, outcome, Author::Somebody, std::stoull(row[3])});
    if (level >= sigma::Level::Medium) tactics.insert(row[2]);
  }
  const std::uint8_t risk = risk_of(parts, tactics.size());
  const std::string claim =
      "**Risk " + std::to_string(risk) + ", " + std::string(to_string(verdict_of(risk))) + "**";
  EXPECT_NE(page().find(claim), std::string::npos) << "the page should say " << claim;
}

}  // namespace
}  // namespace trailwarden::triage
