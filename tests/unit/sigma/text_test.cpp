#include "sigma/text.h"

#include <gtest/gtest.h>

#include <string>

namespace trailwarden::sigma {
namespace {

// "<a>*?" for literal a, a run, one character.
std::string show(const match::Glob& glob) {
  std::string text;
  for (const match::GlobPart& part : glob) {
    using What = match::GlobPart::What;
    text += part.what == What::Run ? "*" : part.what == What::One ? "?" : "<" + part.literal + ">";
  }
  return text;
}

TEST(Text, WildcardsAndEscapes) {
  struct Case {
    const char* why;
    const char* written;
    const char* glob;
  };
  constexpr Case kCases[] = {
      {"nothing", "", ""},
      {"plain", "abc", "<abc>"},
      {"run", "a*b", "<a>*<b>"},
      {"one", "a?b", "<a>?<b>"},
      {"runs in a row are one run", "a**", "<a>*"},
      {"escaped star", R"(a\*b)", "<a*b>"},
      {"escaped question mark", R"(a\?)", "<a?>"},
      {"escaped backslash", R"(a\\b)", R"(<a\b>)"},
      {"a backslash before anything else is one", R"(C:\dir)", R"(<C:\dir>)"},
      {"both spellings agree", R"(C:\\dir)", R"(<C:\dir>)"},
      {"backslash, then a wildcard", R"(a\\*)", R"(<a\>*)"},
      {"backslash, then a star", R"(a\\\*)", R"(<a\*>)"},
      {"two backslashes", R"(\\\\)", R"(<\\>)"},
      {"a trailing backslash", R"(a\)", R"(<a\>)"},
      {"a trailing backslash behind an escaped one", R"(a\\\)", R"(<a\\>)"},
  };
  for (const Case& c : kCases) EXPECT_EQ(show(parse_text(c.written)), c.glob) << c.why;
}

TEST(Text, CheapestTest) {
  const auto test = [](const char* written) {
    return test_of(parse_text(written), match::Case::Ignore);
  };
  EXPECT_EQ(std::get<match::TextIs>(test("a")).values, std::vector<std::string>{"a"});
  EXPECT_EQ(std::get<match::TextIs>(test("")).values, std::vector<std::string>{""});
  EXPECT_EQ(std::get<match::TextHas>(test("a*")).anchor, match::Anchor::Prefix);
  EXPECT_EQ(std::get<match::TextHas>(test("*a")).anchor, match::Anchor::Suffix);
  EXPECT_EQ(std::get<match::TextHas>(test("*a*")).anchor, match::Anchor::Inside);
  EXPECT_EQ(std::get<match::IsPresent>(test("*")).what, match::IsPresent::What::NotNull);
  EXPECT_EQ(std::get<match::TextGlob>(test("a*b")).globs.size(), 1u);
  EXPECT_EQ(std::get<match::TextGlob>(test("?")).globs.size(), 1u);
  EXPECT_EQ(std::get<match::TextGlob>(test("*?")).globs.size(), 1u);
}

}  // namespace
}  // namespace trailwarden::sigma
