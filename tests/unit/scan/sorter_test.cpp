#include "scan/sorter.h"

#include <algorithm>
#include <random>

namespace trailwarden::scan {
namespace {

using Entry = std::pair<std::string, std::string>;

std::vector<Entry> random_entries(std::size_t count) {
  std::mt19937 random(3);  // NOLINT(cert-msc51-cpp): repeatable
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    // Few keys, so that equal ones are ordered by payload; bytes above 127 sort as unsigned.
    entries.emplace_back(std::string(1, static_cast<char>(random() % 256)) + "k",
                         std::string(random() % 50, static_cast<char>(random() % 256)));
  }
  return entries;
}

std::vector<Entry> read(Sorter& sorter) {
  std::vector<Entry> result;
  const auto done = sorter.for_each(
      [&](std::string_view key, std::string_view payload) { result.emplace_back(key, payload); });
  EXPECT_TRUE(done.has_value());
  return result;
}

class SorterSizes : public testing::TestWithParam<std::size_t> {};

TEST_P(SorterSizes, SortsLikeStdSortHoweverLittleMemoryItHas) {
  auto entries = random_entries(5'000);
  Sorter sorter(GetParam());
  for (const auto& [key, payload] : entries) ASSERT_TRUE(sorter.add(key, payload).has_value());
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    const auto unsigned_less = [](const std::string& x, const std::string& y) {
      return x.compare(y);  // char_traits<char> compares as unsigned char.
    };
    const int order = unsigned_less(a.first, b.first);
    return order != 0 ? order < 0 : unsigned_less(a.second, b.second) < 0;
  });
  EXPECT_EQ(read(sorter), entries);
  EXPECT_EQ(read(sorter), entries) << "a second reading gives the same";
  EXPECT_EQ(sorter.size(), entries.size());
}
INSTANTIATE_TEST_SUITE_P(MemoryBytes, SorterSizes, testing::Values(1, 2'000, 20'000, 100'000'000));

TEST(Sorter, TakeMergesSpilledAndHeldEntries) {
  const auto entries = random_entries(3'000);
  Sorter whole(100'000'000);
  Sorter left(4'000);
  Sorter right(7'000);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& [key, payload] = entries[i];
    ASSERT_TRUE(whole.add(key, payload).has_value());
    ASSERT_TRUE((i % 3 == 0 ? left : right).add(key, payload).has_value());
  }
  ASSERT_TRUE(left.take(std::move(right)).has_value());
  EXPECT_EQ(read(left), read(whole));
  EXPECT_EQ(left.size(), whole.size());
}

TEST(Sorter, SaysWhenThereIsNoRoomForTheTemporaryFile) {
  ASSERT_EQ(::setenv("TMPDIR", "/nonexistent", 1), 0);
  Sorter sorter(1);
  ASSERT_TRUE(sorter.add("a", "1").has_value());
  const auto refused = sorter.add("b", "2");
  ::unsetenv("TMPDIR");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::Io);
}

}  // namespace
}  // namespace trailwarden::scan
