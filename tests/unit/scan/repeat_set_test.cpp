#include "scan/repeat_set.h"

#include <algorithm>
#include <random>
#include <thread>
#include <unordered_set>

namespace trailwarden::scan {
namespace {

// Three days, some of them long ago: equal fingerprints come with equal times.
UnixSeconds time_of(std::uint64_t fingerprint) {
  return 86'400 - static_cast<UnixSeconds>(fingerprint % 259'200);
}

TEST(RepeatSet, AgreesWithAPlainSet) {
  std::mt19937_64 random(1);  // NOLINT(cert-msc51-cpp): repeatable
  RepeatSet set;
  std::unordered_set<std::uint64_t> plain;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t fingerprint = (random() % 100'000) * 0x9E3779B97F4A7C15U + 7;
    EXPECT_EQ(set.insert(fingerprint, time_of(fingerprint)), plain.insert(fingerprint).second);
  }
  EXPECT_EQ(set.size(), plain.size());
}

TEST(RepeatSet, ZeroIsAFingerprintLikeAnyOther) {
  RepeatSet set;
  EXPECT_TRUE(set.insert(0, 0));
  EXPECT_FALSE(set.insert(0, 0));
}

// The promise of docs/ARCHITECTURE.md: at most 16 bytes a record, at any moment of growing; however
// the records lie in time.
void expect_under_sixteen_bytes(UnixSeconds period) {
  std::mt19937_64 random(2);  // NOLINT(cert-msc51-cpp): repeatable
  RepeatSet set;
  for (std::size_t i = 1; i <= 2'000'000; ++i) {
    const std::uint64_t fingerprint = random();
    set.insert(fingerprint, static_cast<UnixSeconds>(i) % period);
    if (i >= 100'000 && i % 50'000 == 0) {
      EXPECT_LT(set.memory_bytes(), 16 * i);
    }
  }
}
TEST(RepeatSet, StaysUnderSixteenBytesARecordOfOneHour) { expect_under_sixteen_bytes(3'600); }
TEST(RepeatSet, StaysUnderSixteenBytesARecordOfManyDays) {
  expect_under_sixteen_bytes(90 * 86'400);
}

TEST(RepeatSet, OneOfManyThreadsWins) {
  RepeatSet set;
  std::array<std::size_t, 4> wins{};
  {
    std::vector<std::jthread> threads;
    for (auto& won : wins) {
      threads.emplace_back([&set, &won] {
        for (std::uint64_t i = 0; i < 50'000; ++i) {
          won += set.insert(i * 0x9E3779B97F4A7C15U + 1, static_cast<UnixSeconds>(i)) ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(wins[0] + wins[1] + wins[2] + wins[3], 50'000);
}

}  // namespace
}  // namespace trailwarden::scan
