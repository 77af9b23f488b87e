// Numbers and texts as bytes, for files that this machine reads again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trailwarden::scan {

// Seven bits a byte, the lowest first.
inline void put_number(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7U) out += static_cast<char>(number | 0x80U);
  out += static_cast<char>(number);
}

inline void put_fixed(std::string& out, std::uint64_t number) {
  for (unsigned shift = 0; shift < 64; shift += 8)
    out += static_cast<char>(number >> shift & 0xFFU);
}

inline void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out += text;
}

// Takes values off the front. The first that is not whole leaves `good` false, and everything
// after it is zero or empty.
struct ByteReader {
  std::string_view rest;
  bool good = true;

  std::uint8_t byte() {
    if (rest.empty()) good = false;
    if (!good) return 0;
    const auto value = static_cast<std::uint8_t>(rest.front());
    rest.remove_prefix(1);
    return value;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t part = byte();
      value |= static_cast<std::uint64_t>(part & 0x7FU) << shift;
      if (part < 0x80) return value;
    }
    good = false;
    return 0;
  }
  std::uint64_t fixed() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 8) {
      value |= static_cast<std::uint64_t>(byte()) << shift;
    }
    return value;
  }
  std::string_view text() {
    const std::uint64_t size = number();
    if (size > rest.size()) good = false;
    if (!good) return {};
    const std::string_view value = rest.substr(0, size);
    rest.remove_prefix(size);
    return value;
  }
};

}  // namespace trailwarden::scan
