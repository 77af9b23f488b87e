#include "sigma/value.h"

#include <array>
#include <charconv>
#include <optional>

#include "sigma/text.h"

namespace trailwarden::sigma {
namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Skips digits; false if there is none.
bool skip_digits(std::string_view text, std::size_t& i) {
  const std::size_t start = i;
  while (i < text.size() && is_digit(text[i])) ++i;
  return i > start;
}

// RFC 8259, section 6.
bool is_json_number(std::string_view text) {
  std::size_t i = text.starts_with('-') ? 1 : 0;
  const bool leading_zero = i + 1 < text.size() && text[i] == '0' && is_digit(text[i + 1]);
  if (leading_zero || !skip_digits(text, i)) return false;
  if (i < text.size() && text[i] == '.' && !skip_digits(text, ++i)) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (!skip_digits(text, i)) return false;
  }
  return i == text.size();
}

// Nothing if the number is too large for a double.
std::optional<double> to_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Value value_of(const Node& scalar) {
  const std::string& text = scalar.text;
  if (scalar.style == Style::Plain) {
    if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return NullValue{};
    if (is_one_of(text, {"true", "True", "TRUE"})) return BooleanValue{true};
    if (is_one_of(text, {"false", "False", "FALSE"})) return BooleanValue{false};
    if (is_json_number(text)) {
      if (const std::optional<double> number = to_number(text)) return NumberValue{*number, text};
    }
  }
  return TextValue{parse_text(text), text, false};
}

std::string_view kind_of(const Value& value) {
  constexpr std::array<std::string_view, std::variant_size_v<Value>> kKinds = {
      "text",      "a number",       "a boolean",        "null",     "a regular expression",
      "a network", "a number range", "a part of a time", "presence", "a field's name"};
  return kKinds[value.index()];
}

}  // namespace trailwarden::sigma
