#include "injection/fold.h"

#include <gtest/gtest.h>

#include "injection/encoded_text.h"
#include "injection/escapes.h"

namespace trailwarden::injection {
namespace {

std::string folded(std::string_view text, Spelling spelling = {}) {
  std::string result;
  for (const Words::Word& word : fold(text, spelling).words) {
    result += (result.empty() ? "" : " ") + word.text;
  }
  return result;
}

struct Case {
  const char* why;
  const char* text;
  const char* folded;
};

constexpr Case kPlain[] = {
    {"case and punctuation", "Ignore, ALL -- previous_rules!", "ignore all previous rules"},
    {"humps", "IgnoreAllPrevious", "ignore all previous"},
    {"the last capital of a row begins a word", "AIAssistant", "ai assistant"},
    {"an apostrophe is nothing", "don't don\u2019t", "dont dont"},
    {"accents", "\u00cdgn\u00f6r\u00e8", "ignore"},
    {"marks that stand over letters", "i\u0301g\u0336nore", "ignore"},
    {"zero-width characters", "ig\u200bno\u2060re", "ignore"},
    {"full width", "\uff29\uff47\uff4e\uff4f\uff52\uff45", "ignore"},
    {"mathematical letters", "\U0001d408\U0001d420\U0001d427", "ign"},
    {"circled letters", "\u24d8\u24d6\u24dd", "ign"},
    {"Cyrillic letters that look Latin", "\u0456gn\u043er\u0435", "ignore"},
    {"Greek letters that look Latin", "ign\u03bfre", "ignore"},
    {"small capitals", "\u026a\u0262\u0274\u1d0f\u0280\u1d07", "ignore"},
    {"tag characters", "\U000e0069\U000e0067\U000e006e\U000e0020\U000e0061", "ign a"},
    {"letters that stand apart", "i g n o r e", "ignore"},
    {"three letters are no word spelt out", "a b c", "a b c"},
    {"bytes that are not UTF-8 part words",
     "a\xff"
     "b",
     "a b"},
    {"nothing", "", ""},
};

TEST(Fold, Plain) {
  for (const Case& c : kPlain) EXPECT_EQ(folded(c.text), c.folded) << c.why;
}

TEST(Fold, DigitsForLetters) {
  EXPECT_EQ(folded("1gn0r3 4ll", {true, 'i'}), "ignore all");
  EXPECT_EQ(folded("a11 ru1es", {true, 'l'}), "all rules");
  EXPECT_EQ(folded("$@fe!", {true, 'i'}), "safe");
  EXPECT_TRUE(fold("ign0re").has_digits_in_words);
  EXPECT_FALSE(fold("s3 x86").has_digits_in_words);
}

TEST(Fold, WithoutHumps) { EXPECT_EQ(folded("iGnOrE", {.humps = false}), "ignore"); }

TEST(Fold, TellsWhereWordsStand) {
  const Words words = fold("  Ignor\u00e9 all");
  ASSERT_EQ(words.words.size(), 2u);
  EXPECT_EQ(words.words[0].begin, 2u);
  EXPECT_EQ(words.words[0].end, 9u);
  EXPECT_EQ(words.words[1].begin, 10u);
}

TEST(Escapes, Table) {
  constexpr Case kEscapes[] = {
      {"documents in strings", R"(a\nb\"c\u0041\x42)", "a\nb\"cAB"},
      {"surrogate pairs", R"(\ud83d\ude00)", "\U0001f600"},
      {"a lone surrogate", R"(\ud83dx)", "\ufffdx"},
      {"percent", "%41%6", "A%6"},
      {"percent, Unicode", "%u0041", "A"},
      {"HTML, numbers", "&#65;&#x42;&#xzz;", "AB&#xzz;"},
      {"HTML, names", "a&nbsp;b&shy;c&unknown;", "a bc&unknown;"},
      {"at the end", "\\", "\\"},
      {"an ampersand", "a & b", "a & b"},
  };
  for (const Case& c : kEscapes) EXPECT_EQ(resolve_escapes(c.text), c.folded) << c.why;
}

TEST(EncodedText, FindsTextInEveryPhase) {
  std::vector<std::string> texts;
  append_base64_texts("xxaGVsbG8sIGdvb2QgbW9ybmluZw", texts);
  EXPECT_NE(std::find_if(texts.begin(), texts.end(),
                         [](const std::string& text) {
                           return text.find("hello, good morning") != text.npos;
                         }),
            texts.end());
  texts.clear();
  append_hex_texts("f68656c6c6f2c20676f6f64206d6f726e696e67", texts);
  EXPECT_NE(std::find(texts.begin(), texts.end(), "hello, good morning"), texts.end());
}

}  // namespace
}  // namespace trailwarden::injection
