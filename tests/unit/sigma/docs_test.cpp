// docs/RULES.md shows a rule with a slip and what is said of it: both must stay true.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "harness.h"

namespace trailwarden::sigma::testing {
namespace {

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t start = text.find(from);
  if (start == std::string::npos) return {};
  const std::size_t end = text.find(to, start + from.size());
  return text.substr(start + from.size(), end - start - from.size());
}

TEST(RulesPage, TheExampleAndItsRemark) {
  std::ifstream file(TW_SOURCE_DIR "/docs/RULES.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::string rule = between(page, "```yaml\n", "```");
  const std::string remark = between(page, "and where:\n\n    ", "\n");
  ASSERT_FALSE(rule.empty() || remark.empty());
  const RuleSet set = load_set(rule, "key.yml");
  ASSERT_EQ(set.remarks.size(), 1u);
  EXPECT_EQ(set.remarks[0].where + ": " + set.remarks[0].message, remark);
  std::string corrected = rule;
  const std::size_t wrong = corrected.find("condition: ");
  corrected = corrected.substr(0, wrong) +
              "condition: " + between(page, "\n`condition: ", "` is right.") +
              corrected.substr(corrected.find('\n', wrong));
  EXPECT_EQ(remarks_of(corrected), "") << corrected;
}

}  // namespace
}  // namespace trailwarden::sigma::testing
