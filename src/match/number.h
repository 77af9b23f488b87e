// Numbers as JSON writes them.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace trailwarden::match {

// The value of a JSON number text; nothing for other text ("+1", "inf", " 1") and for a number
// that no double comes near (1e999, 1e-999).
inline std::optional<double> parse_number(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || digits[0] < '0' || digits[0] > '9') return std::nullopt;
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, value);
  if (fault != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace trailwarden::match
