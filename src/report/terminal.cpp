#include "report/terminal.h"

#include <algorithm>
#include <cstdio>

#include "base/code_point.h"

namespace trailwarden::report {
namespace {

bool is_wide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
         (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
         (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) ||
         (c >= 0x20000 && c <= 0x3FFFD);
}

bool is_combining(char32_t c) {
  return (c >= 0x300 && c <= 0x36F) || (c >= 0x1AB0 && c <= 0x1AFF) ||
         (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE00 && c <= 0xFE0F) ||
         (c >= 0xFE20 && c <= 0xFE2F);
}

std::size_t columns_of(char32_t c) {
  if (is_combining(c)) return 0;
  return is_wide(c) ? 2 : 1;
}

// How many bytes of `text` fill at most `limit` columns.
std::size_t bytes_for(std::string_view text, std::size_t limit) {
  std::size_t used = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    const CodePoint c = first_code_point(text.substr(i));
    const std::size_t width = c.bytes == 0 ? 1 : columns_of(c.value);
    if (used + width > limit) break;
    used += width;
    i += std::max<std::size_t>(c.bytes, 1);
  }
  return i;
}

// The same, but at least one character: a wide one does not fit in a line of one column.
std::size_t line_bytes(std::string_view text, std::size_t limit) {
  const std::size_t bytes = bytes_for(text, limit);
  if (bytes != 0 || text.empty()) return bytes;
  return std::max<std::size_t>(first_code_point(text).bytes, 1);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t i = 0;
  while (i < text.size()) {
    const CodePoint c = first_code_point(text.substr(i));
    char escape[16];
    if (c.bytes == 0) {
      std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned char>(text[i]));
      out += escape;
      ++i;
      continue;
    }
    if (!is_deceptive(c.value)) {
      out.append(text.substr(i, c.bytes));
    } else {
      std::snprintf(escape, sizeof escape, c.value < 0x100 ? "\\x%02x" : "\\u{%x}",
                    static_cast<unsigned>(c.value));
      out += escape;
    }
    i += c.bytes;
  }
  return out;
}

std::size_t columns(std::string_view text) {
  std::size_t total = 0;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint c = first_code_point(text.substr(i));
    total += c.bytes == 0 ? 1 : columns_of(c.value);
    i += std::max<std::size_t>(c.bytes, 1);
  }
  return total;
}

std::string shorten(std::string_view text, std::size_t limit) {
  if (bytes_for(text, limit) == text.size()) return std::string(text);
  if (limit == 0) return {};
  return std::string(text.substr(0, bytes_for(text, limit - 1))) + "…";
}

std::string shorten_middle(std::string_view text, std::size_t limit) {
  if (limit < 3) return shorten(text, limit);
  const std::size_t total = columns(text);
  if (total <= limit) return std::string(text);
  const std::size_t tail = (limit - 1) * 2 / 3;
  const std::size_t head = limit - 1 - tail;
  return std::string(text.substr(0, bytes_for(text, head))) + "…" +
         std::string(text.substr(bytes_for(text, total - tail)));
}

std::string pad_right(std::string_view text, std::size_t width) {
  std::string out(text);
  out.append(width - std::min(width, columns(text)), ' ');
  return out;
}

std::string pad_left(std::string_view text, std::size_t width) {
  return std::string(width - std::min(width, columns(text)), ' ') + std::string(text);
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t end = std::min(text.find(' ', i), text.size());
    std::string_view word = text.substr(i, end - i);
    const bool fits = columns(line) + 1 + columns(word) <= width;
    if (!line.empty() && !fits) {
      lines.push_back(std::move(line));
      line.clear();
    }
    for (std::size_t cut; (cut = line_bytes(word, width)) < word.size();) {
      lines.emplace_back(word.substr(0, cut));
      word.remove_prefix(cut);
    }
    if (!line.empty()) line += ' ';
    line += word;
    i = end + 1;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string sparkline(const std::vector<std::uint64_t>& values) {
  constexpr std::string_view kBars[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::uint64_t highest =
      values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  std::string line;
  for (const std::uint64_t value : values) {
    // Anything that happened shows: rounded up.
    line += highest == 0 ? kBars[0] : kBars[(value * 8 + highest - 1) / highest];
  }
  return line;
}

std::string Paint::operator()(Ink ink, std::string_view text) const {
  constexpr std::string_view kCodes[] = {"",           "\x1b[1m",    "\x1b[2m",
                                         "\x1b[31;1m", "\x1b[33;1m", "\x1b[32;1m"};
  if (!colours_ || ink == Ink::Plain) return std::string(text);
  return std::string(kCodes[static_cast<std::size_t>(ink)]) + std::string(text) + "\x1b[0m";
}

}  // namespace trailwarden::report
