#include "json/scalar.h"

#include <cstdint>
#include <string>

#include "json/utf8.h"
#include "json/walker.h"

namespace trailwarden::json {
namespace {

constexpr bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

const char* after_digits(const char* at, const char* end) {
  while (at != end && is_digit(*at)) ++at;
  return at;
}

// RFC 8259, section 6: number = [ minus ] int [ frac ] [ exp ].
bool is_number(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at != end && *at == '-') ++at;
  const char* const whole = at;
  at = after_digits(at, end);
  if (at == whole || (*whole == '0' && at - whole > 1)) return false;
  if (at != end && *at == '.') {
    const char* const fraction = ++at;
    at = after_digits(at, end);
    if (at == fraction) return false;
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at != end && (*at == '+' || *at == '-')) ++at;
    const char* const exponent = at;
    at = after_digits(at, end);
    if (at == exponent) return false;
  }
  return at == end;
}

int hex_value(char byte) {
  if (is_digit(byte)) return byte - '0';
  const char lower = static_cast<char>(byte | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The code unit of four hexadecimal digits at the front of `text`; nullopt if they are not there.
std::optional<std::uint32_t> code_unit(std::string_view text) {
  if (text.size() < 4) return std::nullopt;
  std::uint32_t unit = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_value(text[static_cast<std::size_t>(i)]);
    if (digit < 0) return std::nullopt;
    unit = unit * 16 + static_cast<std::uint32_t>(digit);
  }
  return unit;
}

// The byte that a two-byte escape stands for; 0 if `letter` makes none.
char simple_escape(char letter) {
  switch (letter) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '/':
      return '/';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

constexpr bool is_high_surrogate(std::uint32_t unit) { return (unit & 0xFC00) == 0xD800; }
constexpr bool is_low_surrogate(std::uint32_t unit) { return (unit & 0xFC00) == 0xDC00; }

// Appends what the escape at the front of `raw` stands for; gives its length.
std::size_t resolve_escape(std::string_view raw, std::string& out) {
  constexpr std::uint32_t kReplacement = 0xFFFD;
  if (const char byte = raw.size() > 1 ? simple_escape(raw[1]) : '\0'; byte != 0) {
    out.push_back(byte);
    return 2;
  }
  const std::optional<std::uint32_t> unit =
      raw.size() > 1 && raw[1] == 'u' ? code_unit(raw.substr(2)) : std::nullopt;
  if (!unit) {
    out.push_back(raw[0]);
    return 1;
  }
  if (is_high_surrogate(*unit) && raw.substr(6, 2) == "\\u") {
    const std::optional<std::uint32_t> low = code_unit(raw.substr(8));
    if (low && is_low_surrogate(*low)) {
      append_utf8(0x10000 + ((*unit & 0x3FF) << 10) + (*low & 0x3FF), out);
      return 12;
    }
  }
  append_utf8(is_high_surrogate(*unit) || is_low_surrogate(*unit) ? kReplacement : *unit, out);
  return 6;
}

}  // namespace

std::optional<Kind> plain_scalar_kind(std::string_view text) {
  if (text == "true") return Kind::True;
  if (text == "false") return Kind::False;
  if (text == "null") return Kind::Null;
  if (is_number(text)) return Kind::Number;
  return std::nullopt;
}

bool escapes_are_valid(std::string_view raw) {
  for (std::size_t at = raw.find('\\'); at != std::string_view::npos; at = raw.find('\\', at)) {
    const std::string_view rest = raw.substr(at + 1);
    if (rest.empty()) return false;
    if (rest[0] == 'u') {
      if (!code_unit(rest.substr(1))) return false;
    } else if (simple_escape(rest[0]) == 0) {
      return false;
    }
    at += 2;
  }
  return true;
}

void unescape(std::string_view raw, std::string& out) {
  out.reserve(out.size() + raw.size());
  while (!raw.empty()) {
    const std::size_t plain = std::min(raw.find('\\'), raw.size());
    out.append(raw.substr(0, plain));
    raw.remove_prefix(plain);
    if (!raw.empty()) raw.remove_prefix(resolve_escape(raw, out));
  }
}

}  // namespace trailwarden::json
