// The plain letter behind a character.
#pragma once

namespace trailwarden::injection {

// What a character is to a reader: a lower-case letter or digit (of ASCII wherever one looks or
// is meant alike), or one of these.
inline constexpr char32_t kNothing = 0;  // Not seen: joins what stands around it.
inline constexpr char32_t kSeparator = ' ';

char32_t skeleton_of(char32_t c);

// Whether words of c's script are written without spaces between them.
bool is_unspaced(char32_t c);

}  // namespace trailwarden::injection
