// A JSON text as it was written: member order, repeated names, number texts and places are kept,
// which a DOM library would lose and a pattern's meaning and error messages need. Private to
// pattern/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trailwarden::pattern {

struct JsonMember;

struct JsonValue {
  enum class Kind : std::uint8_t { Null, False, True, Number, String, Object, Array };
  Kind kind = Kind::Null;
  std::size_t offset = 0;           // Of its first byte.
  std::string text;                 // String: decoded. Number: as written.
  std::vector<JsonMember> members;  // Object: in document order, repeated names included.
  std::vector<JsonValue> items;     // Array.
};

struct JsonMember {
  std::string name;
  std::size_t offset = 0;  // Of the name's opening quote.
  JsonValue value;
};

// Parses one JSON value (RFC 8259, strictly) of at most kDepthMax nested containers. Error: what is
// wrong, at "line:column" (both from 1; columns count bytes).
Result<JsonValue> parse_json(std::string_view text);

constexpr std::size_t kDepthMax = 200;

// The error `message` at a place of `text`.
tl::unexpected<Error> fail_at(std::string_view text, std::size_t offset, std::string message);

}  // namespace trailwarden::pattern
