#include "reference_index.h"

#include <simdjson.h>

namespace trailwarden::json {
namespace {

// The length of the shortest sequence at `at` that is UTF-8 by itself; 0 if there is none.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  for (std::size_t length = 1; length <= 4 && at + length <= text.size(); ++length) {
    if (simdjson::validate_utf8(text.data() + at, length)) return length;
  }
  return 0;
}

bool is_op(char byte) { return std::string_view("{}[]:,").find(byte) != std::string_view::npos; }
bool is_white(char byte) {
  return std::string_view(" \t\n\r").find(byte) != std::string_view::npos;
}

}  // namespace

ReferenceIndex reference_index(std::string_view text) {
  ReferenceIndex index;
  bool escaped = false;
  bool in_scalar = false;
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size(); at += length) {
    const char byte = text[at];
    const auto here = static_cast<std::uint32_t>(at);
    const auto stop = [&](IndexFault fault) {
      index.fault = fault;
      index.fault_offset = here;
      return index;
    };
    length = sequence_length(text, at);
    if (length == 0) return stop(IndexFault::InvalidUtf8);
    const bool quote = byte == '"' && !escaped;
    const bool was_in_string = index.ends_in_string;
    if (was_in_string && static_cast<unsigned char>(byte) < 0x20) {
      return stop(IndexFault::ControlCharacter);
    }
    escaped = byte == '\\' && !escaped;
    if (quote) index.ends_in_string = !was_in_string;
    const bool scalar = !was_in_string && !quote && !is_op(byte) && !is_white(byte);
    const bool starts = !was_in_string && (quote || is_op(byte) || (scalar && !in_scalar));
    if (starts) index.tokens.push_back(here);
    in_scalar = scalar;
  }
  return index;
}

ReferenceIndex index_with(std::string_view kernel, std::string_view text) {
  StructuralIndex index;
  index.build_with(kernel, text);
  return {.tokens = {index.tokens().begin(), index.tokens().end()},
          .fault = index.fault(),
          .fault_offset = index.fault_offset(),
          .ends_in_string = index.ends_in_string()};
}

}  // namespace trailwarden::json
