// The encodings that modifiers apply to a rule's text: Base64 (RFC 4648) and UTF-16.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace trailwarden::sigma {

std::string base64(std::string_view bytes);

// What `bytes` look like inside the Base64 form of a longer text, when they stand there at an
// offset of 0, 1 or 2 modulo 3: only the characters that do not depend on the neighbours.
std::array<std::string, 3> base64_at_offsets(std::string_view bytes);

bool is_utf8(std::string_view bytes);

enum class Utf16 { LittleEndian, BigEndian, LittleEndianWithMark };
// The UTF-16 bytes of a UTF-8 text; nothing if it is not UTF-8.
std::optional<std::string> to_utf16(std::string_view utf8, Utf16 form);

}  // namespace trailwarden::sigma
