// Characters of UTF-8 text, and which of them deceive: one answer for every room that shows text
// from a log.
#pragma once

#include <cstddef>
#include <string_view>

namespace trailwarden {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 0;  // 0: the text does not begin with a character of UTF-8.
};

// The first character of a text that is not empty. RFC 3629, section 4: no overlong forms, no
// surrogates, nothing above U+10FFFF.
CodePoint first_code_point(std::string_view text);

// Whether `c` would change how other characters are shown, or would not be seen: controls (C0, DEL,
// C1), line separators, what turns the direction of text, and characters without a shape of their
// own (Unicode's Default_Ignorable_Code_Point, but for the variation selectors that emoji need).
bool is_deceptive(char32_t c);

}  // namespace trailwarden
