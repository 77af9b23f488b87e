#include "sink/slack_text.h"

#include <gtest/gtest.h>

namespace trailwarden::sink {
namespace {

struct Case {
  const char* why;
  std::string text;
  std::string expected;
};

TEST(SlackPlain, Table) {
  const Case kCases[] = {
      {"ordinary text is left alone", "IAM user alice, from 203.0.113.7, at 02:11 UTC",
       "IAM user alice, from 203.0.113.7, at 02:\u206011 UTC"},
      {"entities", "a & b < c > d", "a &amp; b &lt; c &gt; d"},
      {"an entity that was there is text", "&lt;", "&amp;lt;"},
      {"special mentions", "<!channel>", "&lt;!channel&gt;"},
      {"plain mentions", "@here", "@\u2060here"},
      {"channels", "#general", "#\u2060general"},
      {"links", "https://evil.example/x", "https:\u2060//evil\u2060.example/x"},
      {"domains", "evil.example", "evil\u2060.example"},
      {"domains of other scripts", "зло.рф", "зло\u2060.рф"},
      {"a dot that ends a sentence", "Done. Next", "Done. Next"},
      {"versions", "aws-cli/2.15.30", "aws-cli/2.15.30"},
      {"emoji", ":skull:", ":\u2060skull:"},
      {"direction and invisible characters go", "a\u202eb\u200bc\u2066d", "abcd"},
      {"controls go, lines become spaces", "a\x1b[1m\nb\x07", "a[1m b"},
      {"bytes that are no text", "a\xff\xc3z", "a\uFFFD\uFFFDz"},
  };
  for (const Case& each : kCases) EXPECT_EQ(slack_plain(each.text, 500), each.expected) << each.why;
}

TEST(SlackPlain, IsCutAtACharacterAndNeverInAnEntity) {
  EXPECT_EQ(slack_plain("abcdef", 6), "abcdef");
  EXPECT_EQ(slack_plain("abcdefg", 6), "abcde…");
  EXPECT_EQ(slack_plain("ééééééé", 6), "ééééé…");
  EXPECT_EQ(slack_plain("a&b", 6), "a…");  // "a&amp;b" has 7.
  EXPECT_EQ(slack_plain("a&bc", 7), "a&amp;…");
  EXPECT_EQ(slack_plain("😀😀😀", 5), "😀😀…");
  EXPECT_EQ(slack_plain("", 5), "");
  EXPECT_EQ(slack_plain("abc\u200bd", 3), "ab…");
  EXPECT_EQ(slack_plain("abc\u200b", 3), "abc");
}

TEST(SlackPlain, NeverExceedsItsLimit) {
  const std::string pieces[] = {"x", "&", "<", "é", "漢", "😀", ".a", "@", ":a", "\xff", "\u200bx"};
  for (const std::string& piece : pieces) {
    std::string text;
    for (int i = 0; i < 40; ++i) text += piece;
    for (std::size_t most = 2; most < 60; ++most) {
      EXPECT_LE(slack_units(slack_plain(text, most)), most) << piece;
      EXPECT_LE(slack_units(slack_code(text, most + 4)), most + 4) << piece;
    }
  }
}

TEST(SlackCode, Table) {
  const Case kCases[] = {
      {"a value", "arn:aws:iam::1:user/a", "`arn:aws:iam::1:user/a`"},
      {"backticks cannot end it", "a`b```c", "`aʼbʼʼʼc`"},
      {"entities", "<!channel>", "`&lt;!channel&gt;`"},
      {"lines", "a\nb", "`a b`"},
      {"nothing", "", ""},
      {"blank", "  \n ", ""},
      {"only invisible", "\u200b", ""},
  };
  for (const Case& each : kCases) EXPECT_EQ(slack_code(each.text, 100), each.expected) << each.why;
}

TEST(SlackLink, OnlyCleanWebAddresses) {
  EXPECT_EQ(slack_link("https://a.example/x?a=1&b=2", "Open"),
            "<https://a.example/x?a=1&amp;b=2|Open>");
  for (const char* url : {"", "javascript:alert(1)", "https://a|b", "https://a>b", "https://a b",
                          "https://a\nb", "https://ä", "!channel"}) {
    EXPECT_EQ(slack_link(url, "Open"), "") << url;
  }
}

}  // namespace
}  // namespace trailwarden::sink
