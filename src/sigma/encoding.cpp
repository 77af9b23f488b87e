#include "sigma/encoding.h"

#include <cstddef>
#include <cstdint>

#include "base/code_point.h"

namespace trailwarden::sigma {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
}

void append_unit(std::string& out, std::uint32_t unit, Utf16 form) {
  const char high = static_cast<char>(unit >> 8 & 0xFF);
  const char low = static_cast<char>(unit & 0xFF);
  const bool big = form == Utf16::BigEndian;
  out.push_back(big ? high : low);
  out.push_back(big ? low : high);
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t group =
        byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
    const std::size_t left = bytes.size() - i;
    out.push_back(kAlphabet[group >> 18]);
    out.push_back(kAlphabet[group >> 12 & 63]);
    out.push_back(left > 1 ? kAlphabet[group >> 6 & 63] : '=');
    out.push_back(left > 2 ? kAlphabet[group & 63] : '=');
  }
  return out;
}

std::array<std::string, 3> base64_at_offsets(std::string_view bytes) {
  constexpr std::size_t kMixedWithBefore[] = {0, 2, 3};
  constexpr std::size_t kMixedWithAfter[] = {0, 3, 2};  // By the length modulo 3.
  std::array<std::string, 3> forms;
  for (std::size_t offset = 0; offset < forms.size(); ++offset) {
    const std::string whole = base64(std::string(offset, ' ') + std::string(bytes));
    const std::size_t first = kMixedWithBefore[offset];
    const std::size_t cut = kMixedWithAfter[(bytes.size() + offset) % 3];
    if (whole.size() > first + cut) forms[offset] = whole.substr(first, whole.size() - first - cut);
  }
  return forms;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t character = first_code_point(bytes).bytes;
    if (character == 0) return false;
    bytes.remove_prefix(character);
  }
  return true;
}

std::optional<std::string> to_utf16(std::string_view utf8, Utf16 form) {
  std::string out;
  if (form == Utf16::LittleEndianWithMark) append_unit(out, 0xFEFF, form);
  while (!utf8.empty()) {
    const CodePoint code = first_code_point(utf8);
    if (code.bytes == 0) return std::nullopt;
    if (code.value < 0x1'0000) {
      append_unit(out, code.value, form);
    } else {
      append_unit(out, 0xD800 + ((code.value - 0x1'0000) >> 10), form);
      append_unit(out, 0xDC00 + ((code.value - 0x1'0000) & 0x3FF), form);
    }
    utf8.remove_prefix(code.bytes);
  }
  return out;
}

}  // namespace trailwarden::sigma
