// UTF-8 as RFC 3629 allows it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstdint>
#include <string>

namespace trailwarden::json {

// The length (1 to 4) of the well-formed sequence at `at`, which must lie before `end`; 0 if there
// is none, also where `end` cuts it off.
std::uint32_t utf8_sequence(const char* at, const char* end);

// Appends the sequence of one code point, which must not be a surrogate.
void append_utf8(std::uint32_t code_point, std::string& out);

}  // namespace trailwarden::json
