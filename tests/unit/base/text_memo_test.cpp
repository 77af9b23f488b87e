#include "base/text_memo.h"

#include <random>

namespace trailwarden {
namespace {

TEST(TextMemo, AsksOnceForEachKindAndText) {
  TextMemo<int> memo(4, 64);
  int asked = 0;
  const auto says = [&](int value) {
    return [&asked, value] {
      ++asked;
      return value;
    };
  };
  EXPECT_EQ(memo.get(1, "text", says(5)), 5);
  EXPECT_EQ(memo.get(1, "text", says(6)), 5) << "remembered";
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(memo.get(2, "text", says(7)), 7) << "another kind";
  EXPECT_EQ(memo.get(1, "Text", says(8)), 8) << "another text";
  EXPECT_EQ(asked, 3);
}

TEST(TextMemo, LeavesLongTextsAlone) {
  TextMemo<int> memo(4, 64);
  const std::string at_most(64, 'x');
  memo.get(1, at_most, [] { return 1; });
  EXPECT_EQ(memo.get(1, at_most, [] { return 2; }), 1);
  memo.get(1, at_most + 'x', [] { return 1; });
  EXPECT_EQ(memo.get(1, at_most + 'x', [] { return 2; }), 2);
}

TEST(TextMemo, ForgetsWhatItIsToldTo) {
  TextMemo<int> memo(4, 64);
  memo.get(1, "a", [] { return 1; });
  memo.clear();
  EXPECT_EQ(memo.get(1, "a", [] { return 2; }), 2);
  EXPECT_EQ(memo.get(1, "b",
                     [&] {
                       memo.clear();
                       return 3;
                     }),
            3);
  EXPECT_EQ(memo.get(1, "b", [] { return 4; }), 3) << "what was asked last is newer";
}

// More texts than places, of every length, and alike but for one byte: what is answered is right.
TEST(TextMemo, NeverAnswersForAnother) {
  std::mt19937 random(5);  // NOLINT(cert-msc51-cpp): repeatable
  TextMemo<std::string> memo(6, 64);
  for (int i = 0; i < 200'000; ++i) {
    std::string text(random() % 40, 'a');
    if (!text.empty()) text[random() % text.size()] = static_cast<char>('a' + random() % 3);
    const std::uint64_t kind = random() % 3;
    const std::string truth = std::to_string(kind) + text;
    ASSERT_EQ(memo.get(kind, text, [&] { return truth; }), truth);
  }
}

}  // namespace
}  // namespace trailwarden
