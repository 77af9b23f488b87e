#include "sigma/encoding.h"

#include <gtest/gtest.h>

#include <string>

namespace trailwarden::sigma {
namespace {

using namespace std::string_literals;

TEST(Encoding, Base64OfRfc4648Section10) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

// Whatever stands before and behind the text, one of the three forms is in the encoding.
TEST(Encoding, OneOfTheOffsetsIsFoundInEveryContext) {
  for (const std::string text : {"/bin/sh", "http", "x123", "\xff\xff\xff\xff", "abcde"}) {
    const auto forms = base64_at_offsets(text);
    for (const std::string before : {"", "a", "\xff\xff", "abc", "abcd"}) {
      for (const std::string behind : {"", "z", "\xff\xff", "xyz"}) {
        const std::string whole = base64(before + text + behind);
        EXPECT_NE(whole.find(forms[before.size() % 3]), std::string::npos)
            << before << text << behind;
      }
    }
  }
}

TEST(Encoding, Base64OffsetsOfTheSpecification) {
  const auto forms = base64_at_offsets("http://");
  EXPECT_EQ(forms[0], "aHR0cDovL");
  EXPECT_EQ(forms[1], "h0dHA6Ly");
  EXPECT_EQ(forms[2], "odHRwOi8v");
}

TEST(Encoding, Utf16) {
  EXPECT_EQ(to_utf16("ab", Utf16::LittleEndian), "a\0b\0"s);
  EXPECT_EQ(to_utf16("ab", Utf16::BigEndian), "\0a\0b"s);
  EXPECT_EQ(to_utf16("a", Utf16::LittleEndianWithMark), "\xff\xfe\x61\0"s);
  EXPECT_EQ(to_utf16("\u00e9\u20ac", Utf16::BigEndian), "\x00\xe9\x20\xac"s);
  EXPECT_EQ(to_utf16("\U0001F600", Utf16::BigEndian), "\xd8\x3d\xde\x00"s);
  EXPECT_EQ(to_utf16("\xc0\x80", Utf16::BigEndian), std::nullopt) << "overlong";
  EXPECT_EQ(to_utf16("\xed\xa0\x80", Utf16::BigEndian), std::nullopt) << "surrogate";
  EXPECT_EQ(to_utf16("\xf4\x90\x80\x80", Utf16::BigEndian), std::nullopt) << "beyond U+10FFFF";
  EXPECT_EQ(to_utf16("\xe2\x82", Utf16::BigEndian), std::nullopt) << "cut off";
}

}  // namespace
}  // namespace trailwarden::sigma
