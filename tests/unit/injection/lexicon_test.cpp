// The tables inside the binary are those that the lexicon's terms make.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "injection/lexicon_tables.h"
#include "injection/terms.h"

namespace trailwarden::injection {
namespace {

using Map = std::map<std::string, std::uint64_t>;

void expect_same(const TermTable& table, const Map& map) {
  std::size_t count = 0;
  for (const TermTable::Slot& slot : table.slots()) count += slot.text.empty() ? 0 : 1;
  EXPECT_EQ(count, map.size());
  for (const auto& [text, value] : map) {
    const std::uint64_t* found = table.find(text);
    ASSERT_NE(found, nullptr) << text;
    EXPECT_EQ(*found, value) << text;
    EXPECT_EQ(table.find(text + "\x01"), nullptr) << text;
  }
  EXPECT_EQ(table.find(""), nullptr);
}

TEST(LexiconTables, HoldTheTermsAndNothingElse) {
  const TermMaps maps = read_terms();
  EXPECT_GT(maps.exact.size(), 1'000u);
  const LexiconTables& tables = lexicon_tables();
  expect_same(tables.exact, maps.exact);
  expect_same(tables.prefixes, maps.prefixes);
  expect_same(tables.glued, maps.glued);
  expect_same(tables.first_words, maps.first_words);
}

TEST(LexiconTables, KnowWhatTermsBeginWith) {
  const TermMaps maps = read_terms();
  std::vector<std::size_t> longest(std::size_t{1} << 16);
  std::vector<bool> begins_prefix(std::size_t{1} << 16);
  for (const auto& [text, meanings] : maps.glued) {
    longest[pair_of(text)] = std::max(longest[pair_of(text)], std::min(text.size(), kTermBytesMax));
  }
  for (const auto& [text, meanings] : maps.prefixes) begins_prefix[pair_of(text)] = true;
  for (std::size_t pair = 0; pair < longest.size(); ++pair) {
    const std::uint8_t known = lexicon_tables().by_pair[pair];
    EXPECT_EQ(known & ~kBeginsPrefix, longest[pair]) << pair;
    EXPECT_EQ((known & kBeginsPrefix) != 0, begins_prefix[pair]) << pair;
  }
}

}  // namespace
}  // namespace trailwarden::injection
