// Writing JSON: appends to a string that the caller owns. Strings are escaped so that the result is
// ASCII-safe for control characters; other UTF-8 passes as it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trailwarden::json {

// Appends `text` as a JSON string, quotes included. `text` is UTF-8; a byte that is not becomes
// U+FFFD, so that the result is always valid JSON.
void append_string(std::string& out, std::string_view text);

// Objects and arrays with their commas kept right. Values are written in the order of the calls.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }
  Writer& key(std::string_view name);

  Writer& string(std::string_view text);
  Writer& number(std::int64_t value);
  // Shortest form that reads back as the same double.
  Writer& number(double value);
  Writer& boolean(bool value);
  Writer& null();
  // A text, or null where it is empty.
  Writer& string_or_null(std::string_view text) { return text.empty() ? null() : string(text); }

 private:
  Writer& open(char bracket);
  Writer& close(char bracket);
  void comma();
  std::string& out_;
  bool needs_comma_ = false;
};

}  // namespace trailwarden::json
