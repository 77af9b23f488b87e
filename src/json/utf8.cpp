#include "json/utf8.h"

namespace trailwarden::json {
namespace {

constexpr bool between(unsigned char byte, unsigned first, unsigned last) {
  return byte >= first && byte <= last;
}

constexpr bool continues(unsigned char byte) { return between(byte, 0x80, 0xBF); }

// Whether `second` may follow the lead byte of a sequence of three or four: table 3-7 of the
// Unicode Standard. This is where overlong forms, surrogates and too large values end.
constexpr bool may_follow(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xE0:
      return between(second, 0xA0, 0xBF);
    case 0xED:
      return between(second, 0x80, 0x9F);
    case 0xF0:
      return between(second, 0x90, 0xBF);
    case 0xF4:
      return between(second, 0x80, 0x8F);
    default:
      return continues(second);
  }
}

}  // namespace

std::uint32_t utf8_sequence(const char* at, const char* end) {
  const auto byte = [at](int i) { return static_cast<unsigned char>(at[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (between(lead, 0xC2, 0xDF)) return end - at >= 2 && continues(byte(1)) ? 2 : 0;
  if (between(lead, 0xE0, 0xEF)) {
    return end - at >= 3 && may_follow(lead, byte(1)) && continues(byte(2)) ? 3 : 0;
  }
  if (between(lead, 0xF0, 0xF4)) {
    const bool whole = end - at >= 4 && may_follow(lead, byte(1)) && continues(byte(2));
    return whole && continues(byte(3)) ? 4 : 0;
  }
  return 0;
}

void append_utf8(std::uint32_t code_point, std::string& out) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  const auto put_tail = [&](std::uint32_t shift) { put(0x80 | ((code_point >> shift) & 0x3F)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put_tail(0);
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put_tail(6);
    put_tail(0);
  } else {
    put(0xF0 | (code_point >> 18));
    put_tail(12);
    put_tail(6);
    put_tail(0);
  }
}

}  // namespace trailwarden::json
