#include "report/terminal.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "nasty.h"

namespace trailwarden::report {
namespace {

TEST(Printable, ShowsWhatWouldDeceive) {
  EXPECT_EQ(printable("arn:aws:iam::1:user/Jürgen 李 🦊"),
            "arn:aws:iam::1:user/Jürgen 李 🦊");
  EXPECT_EQ(printable("\x1b[2J\r\n\t"), "\\x1b[2J\\x0d\\x0a\\x09");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\x9b31m");
  EXPECT_EQ(printable("a\xe2\x80\xaeg"), "a\\u{202e}g");
  EXPECT_EQ(printable("\xf3\xa0\x81\x81"), "\\u{e0041}");
  EXPECT_EQ(printable("\xff"), "\\xff");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
}

TEST(Printable, OfAnythingNastyIsOneHarmlessLine) {
  for (const Nasty& nasty : nasty_strings()) {
    const std::string text = printable(nasty.text);
    EXPECT_EQ(deceptive_part(text), "") << nasty.what;
    EXPECT_EQ(text.find('\n'), std::string::npos) << nasty.what;
    EXPECT_EQ(printable(text), text) << nasty.what;
  }
}

TEST(Columns, OfWideAndJoinedCharacters) {
  EXPECT_EQ(columns(""), 0U);
  EXPECT_EQ(columns("abc…"), 4U);
  EXPECT_EQ(columns("李小龙"), 6U);
  EXPECT_EQ(columns("🦊"), 2U);
  EXPECT_EQ(columns("e\xcc\x81"), 1U);
}

TEST(Shorten, CutsAtCharactersAndSaysSo) {
  EXPECT_EQ(shorten("abcdef", 6), "abcdef");
  EXPECT_EQ(shorten("abcdef", 5), "abcd…");
  EXPECT_EQ(shorten("李小龙", 4), "李…");
  EXPECT_EQ(shorten("abc", 1), "…");
  EXPECT_EQ(shorten("abc", 0), "");
  EXPECT_EQ(shorten_middle("arn:aws:iam::1:user/bob", 11), "arn:…er/bob");
  EXPECT_EQ(shorten_middle("abc", 3), "abc");
}

TEST(Shorten, NeverExceedsItsLimit) {
  for (const Nasty& nasty : nasty_strings()) {
    const std::string text = printable(nasty.text);
    for (const std::size_t limit : {0U, 1U, 2U, 3U, 4U, 7U, 40U}) {
      EXPECT_LE(columns(shorten(text, limit)), limit) << nasty.what;
      EXPECT_LE(columns(shorten_middle(text, limit)), limit) << nasty.what;
      EXPECT_EQ(deceptive_part(shorten(text, limit) + shorten_middle(text, limit)), "");
    }
  }
}

TEST(Pad, ToColumnsNotBytes) {
  EXPECT_EQ(pad_right("李", 4), "李  ");
  EXPECT_EQ(pad_left("7", 3), "  7");
  EXPECT_EQ(pad_left("1234", 3), "1234");
}

TEST(Wrap, AtSpaces) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrap("", 5), Lines{""});
  EXPECT_EQ(wrap("one two three", 7), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap("abcdefgh ij", 5), (Lines{"abcde", "fgh", "ij"}));
  EXPECT_EQ(wrap("a abcdefgh", 5), (Lines{"a", "abcde", "fgh"}));
  EXPECT_EQ(wrap("李小", 1), (Lines{"李", "小"}));  // Wider than the line, but never cut in two.
}

TEST(Wrap, LosesNothingAndKeepsToItsWidth) {
  for (const Nasty& nasty : nasty_strings()) {
    std::string text = printable(nasty.text);
    std::string joined;
    for (const std::string& line : wrap(text, 20)) {
      EXPECT_LE(columns(line), 20U) << nasty.what;
      EXPECT_EQ(deceptive_part(line), "") << nasty.what;
      joined += line;
    }
    std::erase(text, ' ');
    std::erase(joined, ' ');
    EXPECT_EQ(joined, text) << nasty.what;
  }
}

TEST(Sparkline, EveryValueShows) {
  EXPECT_EQ(sparkline({}), "");
  EXPECT_EQ(sparkline({0, 0}), "  ");
  EXPECT_EQ(sparkline({0, 1, 1000}), " ▁█");
  EXPECT_EQ(sparkline({1, 2, 3, 4, 5, 6, 7, 8}), "▁▂▃▄▅▆▇█");
}

TEST(Paint, OnlyWhereColoursAreWanted) {
  EXPECT_EQ(Paint(false)(Ink::Red, "x"), "x");
  EXPECT_EQ(Paint(true)(Ink::Red, "x"), "\x1b[31;1mx\x1b[0m");
  EXPECT_EQ(Paint(true)(Ink::Plain, "x"), "x");
}

}  // namespace
}  // namespace trailwarden::report
