#include "injection/escapes.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/ascii.h"
#include "injection/utf8_text.h"

namespace trailwarden::injection {
namespace {

// What an escape stands for, and how many bytes it has.
struct Escape {
  std::string means;
  std::size_t bytes = 0;
};

std::optional<std::uint32_t> digits(std::string_view text, std::uint32_t base) {
  if (text.empty() || text.size() > 7) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text) {
    const int digit = hex_value(c);
    if (digit < 0 || static_cast<std::uint32_t>(digit) >= base) return std::nullopt;
    value = value * base + static_cast<std::uint32_t>(digit);
  }
  return value;
}

Escape byte_escape(std::string_view hex, std::size_t bytes) {
  const auto value = digits(hex, 16);
  if (!value || hex.size() != 2) return {};
  return {std::string(1, static_cast<char>(*value)), bytes};
}

Escape character_escape(std::optional<std::uint32_t> value, std::size_t bytes) {
  if (!value) return {};
  return {to_utf8(*value), bytes};
}

// \u0041, and two of them for a character beyond U+FFFF.
Escape unicode_escape(std::string_view text, std::size_t prefix) {
  const auto high = digits(text.substr(prefix, 4), 16);
  if (!high || text.size() < prefix + 4) return {};
  const std::size_t one = prefix + 4;
  if (*high < 0xD800 || *high > 0xDBFF) return character_escape(high, one);
  const bool pair = text.size() >= 2 * one && text.substr(one, prefix) == text.substr(0, prefix);
  const auto low = pair ? digits(text.substr(one + prefix, 4), 16) : std::nullopt;
  if (!low || *low < 0xDC00 || *low > 0xDFFF) return character_escape(0xFFFD, one);
  return character_escape(0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00), 2 * one);
}

Escape backslash(std::string_view text) {
  if (text.size() < 2) return {};
  switch (text[1]) {
    case 'u':
      return unicode_escape(text, 2);
    case 'x':
      return byte_escape(text.substr(2, 2), 4);
    case 'n':
    case 'r':
    case 't':
      return {"\n", 2};
    case '"':
    case '/':
    case '\\':
      return {std::string(1, text[1]), 2};
    default:
      return {};
  }
}

Escape percent(std::string_view text) {
  if (text.size() > 1 && ascii_lower(text[1]) == 'u') return unicode_escape(text, 2);
  return byte_escape(text.substr(1, 2), 3);
}

// HTML Living Standard, "Named character references": those that could part or hide words.
Escape entity(std::string_view text) {
  const std::size_t end = text.substr(0, 24).find(';');
  if (end == text.npos || end < 2) return {};
  const std::string_view name = text.substr(1, end - 1);
  if (name[0] == '#') {
    const bool hex = name.size() > 1 && ascii_lower(name[1]) == 'x';
    const auto value = hex ? digits(name.substr(2), 16) : digits(name.substr(1), 10);
    return character_escape(value, end + 1);
  }
  constexpr struct {
    std::string_view name, means;
  } kNames[] = {{"amp", "&"},    {"lt", "<"},    {"gt", ">"},           {"quot", "\""},
                {"apos", "'"},   {"nbsp", " "},  {"shy", ""},           {"zwj", ""},
                {"zwnj", ""},    {"Tab", " "},   {"NewLine", "\n"},     {"lowbar", "_"},
                {"period", "."}, {"comma", ","}, {"colon", ":"},        {"semi", ";"},
                {"excl", "!"},   {"vert", "|"},  {"num", "#"},          {"lbrack", "["},
                {"rbrack", "]"}, {"ensp", " "},  {"emsp", " "},         {"thinsp", " "},
                {"hyphen", "-"}, {"dash", "-"},  {"ZeroWidthSpace", ""}};
  for (const auto& known : kNames) {
    if (known.name == name) return {std::string(known.means), end + 1};
  }
  return {};
}

Escape escape_at(std::string_view text) {
  switch (text.front()) {
    case '\\':
      return backslash(text);
    case '%':
      return percent(text);
    case '&':
      return entity(text);
    default:
      return {};
  }
}

}  // namespace

std::string resolve_escapes(std::string_view text) {
  std::string resolved;
  resolved.reserve(text.size());
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find_first_of("\\%&"), text.size());
    resolved += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Escape escape = escape_at(text);
    if (escape.bytes == 0) {
      resolved += text.front();
      text.remove_prefix(1);
    } else {
      resolved += escape.means;
      text.remove_prefix(escape.bytes);
    }
  }
  return resolved;
}

}  // namespace trailwarden::injection
