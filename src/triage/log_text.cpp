#include "triage/log_text.h"

#include <cstdint>
#include <cstdio>

namespace trailwarden::triage {
namespace {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;  // 0: the text does not begin with a character of UTF-8.
};

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

// The first character of a text that is not empty. RFC 3629, section 4.
CodePoint decode_first(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = sequence_length(lead);
  if (length == 0 || length > text.size()) return {};
  if (length == 1) return {lead, 1};
  std::uint32_t value = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return {};
    value = value << 6U | (next & 0x3FU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  if (overlong || surrogate || value > 0x10FFFF) return {};
  return {value, length};
}

// Controls (C0, DEL, C1), and what is not seen or turns the direction of text.
bool is_deceptive(std::uint32_t c) {
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return true;
  if (c == 0xAD || c == 0x061C || c == 0x180E || c == 0xFEFF) return true;
  return (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE007F);
}

template <class Number>
std::string formatted(const char* format, Number value) {
  char text[16];
  const int length = std::snprintf(text, sizeof text, format, value);
  return {text, static_cast<std::size_t>(length)};
}

std::string written_out(std::uint32_t c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  return c > 0xFFFF ? formatted("\\U%08x", c) : formatted("\\u%04x", c);
}

}  // namespace

std::string shown(std::string_view text, std::size_t characters_max) {
  std::string out;
  for (std::size_t characters = 0; !text.empty(); ++characters) {
    if (characters == characters_max) return out + "…";
    const CodePoint c = decode_first(text);
    if (c.bytes == 0) {
      out += formatted("\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(text.front())));
      text.remove_prefix(1);
      continue;
    }
    if (c.value == '\\') {
      out += "\\\\";
    } else if (is_deceptive(c.value)) {
      out += written_out(c.value);
    } else {
      out += text.substr(0, c.bytes);
    }
    text.remove_prefix(c.bytes);
  }
  return out;
}

}  // namespace trailwarden::triage
