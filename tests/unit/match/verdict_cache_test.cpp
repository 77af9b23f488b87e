#include "match/verdict_cache.h"

#include <random>

namespace trailwarden::match {
namespace {

TEST(VerdictCache, KnowsWhatItWasTold) {
  VerdictCache cache;
  EXPECT_EQ(cache.find(1, "text"), std::nullopt);
  cache.remember(true);
  EXPECT_EQ(cache.find(1, "text"), true);
  EXPECT_EQ(cache.find(2, "text"), std::nullopt) << "another test";
  EXPECT_EQ(cache.find(1, "Text"), std::nullopt) << "another text";
  cache.remember(false);
  EXPECT_EQ(cache.find(1, "Text"), false);
}

TEST(VerdictCache, LeavesLongTextsAlone) {
  VerdictCache cache;
  const std::string text(1000, 'x');
  EXPECT_EQ(cache.find(1, text), std::nullopt);
  cache.remember(true);
  EXPECT_EQ(cache.find(1, text), std::nullopt);
}

// More texts than slots: what is answered is always right.
TEST(VerdictCache, NeverAnswersForAnother) {
  std::mt19937 random(5);  // NOLINT(cert-msc51-cpp): repeatable
  VerdictCache cache;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t test = 1 + random() % 3;
    const auto number = static_cast<std::uint32_t>(random() % 20'000);
    const bool truth = (number + test) % 7 == 0;
    if (const auto known = cache.find(test, std::to_string(number))) {
      ASSERT_EQ(*known, truth);
    } else {
      cache.remember(truth);
    }
  }
}

}  // namespace
}  // namespace trailwarden::match
