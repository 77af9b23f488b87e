#include "base/code_point.h"

#include <gtest/gtest.h>

#include <string>

namespace trailwarden {
namespace {

std::string utf8(std::uint32_t c) {
  const auto tail = [c](unsigned shift) { return static_cast<char>(0x80U | (c >> shift & 0x3FU)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0U | c >> 6U), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0U | c >> 12U), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | c >> 18U), tail(12), tail(6), tail(0)};
}

TEST(FirstCodePoint, ReadsEveryCharacterThatThereIs) {
  for (std::uint32_t c = 0; c <= 0x10FFFF; ++c) {
    const std::string text = utf8(c) + "x";
    const CodePoint read = first_code_point(text);
    const bool surrogate = c >= 0xD800 && c < 0xE000;
    ASSERT_EQ(read.bytes, surrogate ? 0 : text.size() - 1) << c;
    ASSERT_EQ(read.value, surrogate ? 0 : c);
  }
}

TEST(FirstCodePoint, TakesNothingElse) {
  for (const char* bad :
       {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x9f\xbf", "\xe2\x82",
        "\xf0\x8f\xbf\xbf", "\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    EXPECT_EQ(first_code_point(bad).bytes, 0U) << bad;
  }
}

TEST(IsDeceptive, ControlsDirectionsAndWhatIsNotSeen) {
  for (const char32_t c :
       {U'\0',     U'\x1b',   U'\n',     U'\x7f',   U'\x85',       U'\x9b',
        U'\xad',   U'\u034f', U'\u061c', U'\u115f', U'\u180e',     U'\u200b',
        U'\u200d', U'\u200f', U'\u2028', U'\u202e', U'\u2060',     U'\u2066',
        U'\u2069', U'\u3164', U'\ufeff', U'\uffa0', U'\U000e0041', U'\U000e0100'}) {
    EXPECT_TRUE(is_deceptive(c)) << static_cast<std::uint32_t>(c);
  }
}

TEST(IsDeceptive, LettersOfAnyScriptAreNot) {
  for (const char32_t c : {U' ', U'~', U'\xa0', U'é', U'ß', U'Ж', U'א', U'ع', U'李', U'한', U'…',
                           U'“', U'\ufe0f', U'🦊', U'\ufffd'}) {
    EXPECT_FALSE(is_deceptive(c)) << static_cast<std::uint32_t>(c);
  }
}

}  // namespace
}  // namespace trailwarden
