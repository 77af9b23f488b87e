#include "sigma/encoding.h"

#include <cstddef>
#include <cstdint>

namespace trailwarden::sigma {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
}

// One code point from the front of `rest`, which is shortened by it. Strict: RFC 3629.
std::optional<std::uint32_t> take_code_point(std::string_view& rest) {
  const std::uint32_t lead = byte_at(rest, 0);
  const std::size_t size = lead < 0x80             ? 1
                           : lead >> 5 == 0b110    ? 2
                           : lead >> 4 == 0b1110   ? 3
                           : lead >> 3 == 0b1'1110 ? 4
                                                   : 0;
  if (size == 0 || size > rest.size()) return std::nullopt;
  std::uint32_t code = size == 1 ? lead : lead & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const std::uint32_t next = byte_at(rest, i);
    if (next >> 6 != 0b10) return std::nullopt;
    code = code << 6 | (next & 0x3F);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x1'0000};
  if (code < kSmallest[size] || code > 0x10'FFFF || (code >= 0xD800 && code < 0xE000)) {
    return std::nullopt;
  }
  rest.remove_prefix(size);
  return code;
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

std::optional<std::string> to_utf16(std::string_view utf8, Utf16 form) {
  std::string out;
  if (form == Utf16::LittleEndianWithMark) append_unit(out, 0xFEFF, form);
  while (!utf8.empty()) {
    const std::optional<std::uint32_t> code = take_code_point(utf8);
    if (!code) return std::nullopt;
    if (*code < 0x1'0000) {
      append_unit(out, *code, form);
    } else {
      append_unit(out, 0xD800 + ((*code - 0x1'0000) >> 10), form);
      append_unit(out, 0xDC00 + ((*code - 0x1'0000) & 0x3FF), form);
    }
  }
  return out;
}

}  // namespace trailwarden::sigma
