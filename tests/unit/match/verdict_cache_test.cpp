#include "match/verdict_cache.h"

#include <random>

namespace trailwarden::match {
namespace {

TEST(VerdictCache, AsksOnceForEachTestAndText) {
  VerdictCache cache;
  int asked = 0;
  const auto yes = [&](std::string_view) {
    ++asked;
    return true;
  };
  const auto no = [&](std::string_view) {
    ++asked;
    return false;
  };
  EXPECT_TRUE(cache.verdict(1, "text", yes));
  EXPECT_TRUE(cache.verdict(1, "text", no)) << "remembered";
  EXPECT_EQ(asked, 1);
  EXPECT_FALSE(cache.verdict(2, "text", no)) << "another test";
  EXPECT_FALSE(cache.verdict(1, "Text", no)) << "another text";
  EXPECT_EQ(asked, 3);
}

TEST(VerdictCache, LeavesLongTextsAlone) {
  VerdictCache cache;
  const std::string text(1000, 'x');
  EXPECT_TRUE(cache.verdict(1, text, [](std::string_view) { return true; }));
  EXPECT_FALSE(cache.verdict(1, text, [](std::string_view) { return false; }));
}

// More texts than slots: what is answered is always right.
TEST(VerdictCache, NeverAnswersForAnother) {
  std::mt19937 random(5);  // NOLINT(cert-msc51-cpp): repeatable
  VerdictCache cache;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t test = 1 + random() % 3;
    const std::uint64_t number = random() % 20'000;
    const bool truth = (number + test) % 7 == 0;
    const auto judge = [truth](std::string_view) { return truth; };
    ASSERT_EQ(cache.verdict(test, std::to_string(number), judge), truth);
  }
}

}  // namespace
}  // namespace trailwarden::match
