#include "match/fold.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/code_point.h"

namespace trailwarden::match {
namespace {

// Characters `first`, first + step, … `last` have one other spelling: the character + delta.
struct CaseRun {
  std::int32_t first;
  std::int32_t last;
  std::int32_t step;
  std::int32_t delta;
};
// A character that has this other spelling, and perhaps a second one on the next line.
struct CaseSpelling {
  std::int32_t character;
  const char* spelling;
};
#include "match/case_table.inc"

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string utf8(std::int32_t code) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0 | (code >> 6)), tail(0)};
  if (code < 0x10000) return {static_cast<char>(0xE0 | (code >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | (code >> 18)), tail(12), tail(6), tail(0)};
}

// "(?:x|y)": the character, whose code point is `code`, and its other spellings.
std::string spellings(std::string_view character, std::int32_t code) {
  std::string result = "(?:" + quoted_regex(character);
  for (const CaseRun& run : kCaseRuns) {
    if (code < run.first || code > run.last || (code - run.first) % run.step != 0) continue;
    result += "|" + quoted_regex(utf8(code + run.delta));
  }
  for (const CaseSpelling& other : kCaseSpellings) {
    if (other.character == code) result += "|" + quoted_regex(other.spelling);
  }
  return result + ")";
}

}  // namespace

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

void write_ascii_lower(std::string_view text, char* out) {
  for (std::size_t i = 0; i < text.size(); ++i) out[i] = lower(text[i]);
}

std::string ascii_lower(std::string_view text) {
  std::string result(text.size(), '\0');
  write_ascii_lower(text, result.data());
  return result;
}

std::string quoted_regex(std::string_view literal) {
  std::string result;
  for (const char c : literal) {
    const bool plain = (c >= '0' && c <= '9') || lower(c) != c || (c >= 'a' && c <= 'z') ||
                       (c & 0x80) != 0 || c == '_';
    if (c == '\0') {
      result += "\\x00";
    } else {
      if (!plain) result += '\\';
      result += c;
    }
  }
  return result;
}

std::string caseless_regex(std::string_view literal) {
  std::string result;
  while (!literal.empty()) {
    const CodePoint first = first_code_point(literal);
    const std::string_view character = literal.substr(0, std::max<std::size_t>(first.bytes, 1));
    const char c = character[0];
    if (lower(c) != c || (c >= 'a' && c <= 'z')) {
      const char small = lower(c);
      result += {'[', small, static_cast<char>(small - 'a' + 'A'), ']'};
    } else {
      result += first.bytes > 1 ? spellings(character, static_cast<std::int32_t>(first.value))
                                : quoted_regex(character);
    }
    literal.remove_prefix(character.size());
  }
  return result;
}

}  // namespace trailwarden::match
