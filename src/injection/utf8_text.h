// UTF-8 of one character.
#pragma once

#include <string>

namespace trailwarden::injection {

// U+FFFD for what is no character (surrogates, beyond U+10FFFF).
std::string to_utf8(char32_t c);

}  // namespace trailwarden::injection
