#include "triage/log_text.h"

#include <cstdio>

#include "base/code_point.h"

namespace trailwarden::triage {
namespace {

template <class Number>
std::string formatted(const char* format, Number value) {
  char text[16];
  const int length = std::snprintf(text, sizeof text, format, value);
  return {text, static_cast<std::size_t>(length)};
}

std::string written_out(char32_t c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  return c > 0xFFFF ? formatted("\\U%08x", static_cast<unsigned>(c))
                    : formatted("\\u%04x", static_cast<unsigned>(c));
}

}  // namespace

std::string shown(std::string_view text, std::size_t characters_max) {
  std::string out;
  for (std::size_t characters = 0; !text.empty(); ++characters) {
    if (characters == characters_max) return out + "…";
    const CodePoint c = first_code_point(text);
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
