#include "triage/log_text.h"

#include <gtest/gtest.h>

namespace trailwarden::triage {
namespace {

struct ShownCase {
  const char* why;
  std::string_view text;
  std::string_view shown;
};

constexpr ShownCase kShown[] = {
    {"plain text stays", "arn:aws:iam::1:user/bob", "arn:aws:iam::1:user/bob"},
    {"letters of any script stay", "Jürgen 李 🦊", "Jürgen 李 🦊"},
    {"line breaks cannot forge lines", "a\r\nb\tc", "a\\r\\nb\\tc"},
    {"escape sequences are written out", "\x1b[31mred", "\\u001b[31mred"},
    {"C1 controls too",
     "\xc2\x9b"
     "31m",
     "\\u009b31m"},
    {"direction cannot be turned",
     "a\xe2\x80\xae"
     "cod.exe",
     "a\\u202ecod.exe"},
    {"invisible characters show", "ro\xe2\x80\x8bot", "ro\\u200bot"},
    {"tags of plane 14 show", "\xf3\xa0\x81\x81", "\\U000e0041"},
    {"bytes that are no UTF-8", "a\xff\xc3(", "a\\xff\\xc3("},
    {"overlong forms are no UTF-8", "\xc0\xaf\xe0\x80\xaf", "\\xc0\\xaf\\xe0\\x80\\xaf"},
    {"surrogates are no UTF-8", "\xed\xa0\x80", "\\xed\\xa0\\x80"},
    {"cut off at the end", "\xe2\x82", "\\xe2\\x82"},
    {"a backslash is written out", "\\n", "\\\\n"},
};

TEST(Shown, Table) {
  for (const ShownCase& c : kShown) EXPECT_EQ(shown(c.text), c.shown) << c.why;
  EXPECT_EQ(shown(std::string_view("a\0b", 3)), "a\\u0000b");
}

TEST(Shown, CutsAtCharacters) {
  EXPECT_EQ(shown("äöü", 3), "äöü");
  EXPECT_EQ(shown("äöüß", 3), "äöü…");
  EXPECT_EQ(shown(std::string(500, 'x')), std::string(120, 'x') + "…");
}

}  // namespace
}  // namespace trailwarden::triage
