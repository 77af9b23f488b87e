// The small parsers and comparisons below the matcher: globs, networks, time parts, letter case.
#include <gtest/gtest.h>

#include <random>

#include "match/fold.h"
#include "match/glob.h"
#include "match/network.h"
#include "match/number.h"
#include "match/time_part.h"
#include "reference_engine.h"

namespace trailwarden::match {
namespace {

// '*' is a run, '?' one character.
Glob glob_of(std::string_view text) {
  Glob glob;
  for (const char c : text) {
    if (c == '*') {
      glob.push_back({GlobPart::What::Run, {}});
    } else if (c == '?') {
      glob.push_back({GlobPart::What::One, {}});
    } else {
      glob.push_back({GlobPart::What::Literal, {c}});
    }
  }
  return glob;
}

std::vector<std::string> words(std::string_view alphabet, std::size_t size_max) {
  std::vector<std::string> all = {""};
  for (std::size_t begin = 0, size = 0; size < size_max; ++size) {
    const std::size_t end = all.size();
    for (; begin < end; ++begin) {
      for (const char c : alphabet) all.push_back(all[begin] + c);
    }
  }
  return all;
}

// Every glob of up to five signs against every text of up to six letters.
TEST(Glob, AgreesWithNaiveRecursionOnASmallWorld) {
  const std::vector<std::string> texts = words("ab", 6);
  for (const std::string& signs : words("a*?", 5)) {
    const Glob glob = glob_of(signs);
    const CompiledGlob compiled(glob);
    for (const std::string& text : texts) {
      ASSERT_EQ(compiled.matches(text), reference::glob_covers(glob, 0, text))
          << signs << " " << text;
    }
  }
}

TEST(Glob, OneIsACharacterAndNotAByte) {
  EXPECT_TRUE(CompiledGlob(glob_of("?")).matches("é"));
  EXPECT_TRUE(CompiledGlob(glob_of("a?b?")).matches("a😀bé"));
  EXPECT_FALSE(CompiledGlob(glob_of("??")).matches("é"));
  EXPECT_TRUE(CompiledGlob(glob_of("*?é")).matches("aéé"));
}

TEST(Glob, ManyRunsAgainstALongTextStayQuick) {
  std::string signs;
  for (int i = 0; i < 200; ++i) signs += "a*";
  const CompiledGlob compiled(glob_of(signs + "b"));
  EXPECT_FALSE(compiled.matches(std::string(200'000, 'a')));
}

TEST(Network, Table) {
  struct Case_ {
    const char* cidr;
    const char* text;
    bool holds;
  };
  constexpr Case_ kCases[] = {
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"10.1.2.3/8", "10.9.9.9", true},
      {"10.0.0.0/9", "10.127.0.1", true},
      {"10.0.0.0/9", "10.128.0.1", false},
      {"1.2.3.4/32", "1.2.3.4", true},
      {"0.0.0.0/0", "255.255.255.255", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::/0", "10.0.0.1", false},
      {"::/0", "::ffff:10.0.0.1", true},
      {"2001:db8::/33", "2001:db8:7fff::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"0.0.0.0/0", "08.1.250.216", false},
      {"0.0.0.0/0", "10.0.0.5:443", false},
      {"0.0.0.0/0", "1.2.3", false},
      {"0.0.0.0/0", "1.2.3.4.5", false},
      {"0.0.0.0/0", "1.2.3.256", false},
      {"0.0.0.0/0", "", false},
      {"0.0.0.0/0", "AWS Internal", false},
      {"::/0", "fe80::1%eth0", false},
      {"::/0", "ec2.amazonaws.com", false},
  };
  for (const Case_& it : kCases) {
    const auto network = Network::parse(it.cidr);
    ASSERT_TRUE(network) << it.cidr;
    EXPECT_EQ(network->contains(it.text), it.holds) << it.cidr << " " << it.text;
  }
  for (const char* bad : {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "x/8",
                          "::/129", "10.0.0.0/8/8", "10.0.0.0/8 ", "/8"}) {
    EXPECT_FALSE(Network::parse(bad)) << bad;
  }
}

TEST(Number, TakesJsonNumbersOnly) {
  EXPECT_EQ(parse_number("-1.5e3"), -1500.0);
  EXPECT_EQ(parse_number("111122223333"), 111122223333.0);
  for (const char* bad : {"", "-", "+1", "inf", "nan", "1 ", " 1", "0x10", "1e999", "1e-999"}) {
    EXPECT_FALSE(parse_number(bad)) << bad;
  }
}

TEST(TimePart, Table) {
  using Part = TimePart::Part;
  constexpr const char* kTime = "2024-12-30T23:59:58Z";
  EXPECT_EQ(part_of_time(kTime, Part::Minute), 59);
  EXPECT_EQ(part_of_time(kTime, Part::Hour), 23);
  EXPECT_EQ(part_of_time(kTime, Part::Day), 30);
  EXPECT_EQ(part_of_time(kTime, Part::Month), 12);
  EXPECT_EQ(part_of_time(kTime, Part::Year), 2024);
  EXPECT_EQ(part_of_time(kTime, Part::Week), 1) << "a Monday of the week of 2 January 2025";
  EXPECT_EQ(part_of_time("2021-01-03T00:00:00Z", Part::Week), 53);
  EXPECT_EQ(part_of_time("2024-12-30T23:59:58.123+02:30", Part::Hour), 21);
  EXPECT_EQ(part_of_time("2024-01-01T00:10:00-0030", Part::Minute), 40);
  EXPECT_EQ(part_of_time("2024-02-29 12:00", Part::Day), 29);
  for (const char* bad : {"", "2024", "2023-02-29T00:00:00Z", "2024-01-01T24:00:00Z",
                          "2024-01-01T00:00:00Zx", "2024-01-01", "yesterday"}) {
    EXPECT_FALSE(part_of_time(bad, Part::Hour)) << bad;
  }
}

// Patterns and rules are UTF-8 before they come here; no other byte is lost.
TEST(Fold, KeepsBytesThatAreNotUtf8) {
  const std::string tail(60, '\x84');
  EXPECT_EQ(caseless_regex(tail), tail);
  EXPECT_EQ(caseless_regex("a" + tail + "b"), "[aA]" + tail + "[bB]");
  EXPECT_EQ(caseless_regex("\xC3"), "\xC3");
  EXPECT_EQ(caseless_regex("\xC3\xA9\x84"), "(?:\xC3\xA9|\xC3\x89)\x84");
}

TEST(Fold, QuotesWhatAnExpressionWouldRead) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  EXPECT_TRUE(reference::search("\\A" + quoted_regex(all) + "\\z", all));
  EXPECT_TRUE(reference::search("\\A" + caseless_regex(all + "é") + "\\z", ascii_lower(all) + "É"));
}

}  // namespace
}  // namespace trailwarden::match
