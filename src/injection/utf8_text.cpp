#include "injection/utf8_text.h"

#include <cstdint>

namespace trailwarden::injection {

std::string to_utf8(char32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  std::string text;
  const auto byte = [&text](std::uint32_t value) { text += static_cast<char>(value); };
  const auto rest = [&](int shift) { byte(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6);
    rest(0);
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12);
    rest(6);
    rest(0);
  } else {
    byte(0xF0 | c >> 18);
    rest(12);
    rest(6);
    rest(0);
  }
  return text;
}

}  // namespace trailwarden::injection
