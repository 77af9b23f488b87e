#include "scan/repeat_set.h"

#include <algorithm>
#include <random>
#include <thread>
#include <unordered_set>

namespace trailwarden::scan {
namespace {

TEST(RepeatSet, AgreesWithAPlainSet) {
  std::mt19937_64 random(1);  // NOLINT(cert-msc51-cpp): repeatable
  RepeatSet set;
  std::unordered_set<std::uint64_t> plain;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t fingerprint = (random() % 100'000) * 0x9E3779B97F4A7C15U + 7;
    EXPECT_EQ(set.insert(fingerprint), plain.insert(fingerprint).second);
  }
  EXPECT_EQ(set.size(), plain.size());
}

TEST(RepeatSet, ZeroIsAFingerprintLikeAnyOther) {
  RepeatSet set;
  EXPECT_TRUE(set.insert(0));
  EXPECT_FALSE(set.insert(0));
}

// The promise of docs/ARCHITECTURE.md: at most 16 bytes a record, at any moment of growing.
TEST(RepeatSet, StaysUnderSixteenBytesARecord) {
  std::mt19937_64 random(2);  // NOLINT(cert-msc51-cpp): repeatable
  RepeatSet set;
  for (std::size_t i = 1; i <= 2'000'000; ++i) {
    set.insert(random());
    if (i >= 100'000 && i % 50'000 == 0) {
      EXPECT_LT(set.memory_bytes(), 16 * i);
    }
  }
}

TEST(RepeatSet, OneOfManyThreadsWins) {
  RepeatSet set;
  std::array<std::size_t, 4> wins{};
  {
    std::vector<std::jthread> threads;
    for (auto& won : wins) {
      threads.emplace_back([&set, &won] {
        for (std::uint64_t i = 0; i < 50'000; ++i) {
          won += set.insert(i * 0x9E3779B97F4A7C15U + 1) ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(wins[0] + wins[1] + wins[2] + wins[3], 50'000);
}

}  // namespace
}  // namespace trailwarden::scan
