// Letter case. Texts without characters above ASCII, which is nearly all of a CloudTrail record,
// are compared by their ASCII lower case. A literal that holds others becomes an expression with
// the spellings of each of its characters: event-ruler's equals-ignore-case, in which a character
// stands for itself, its upper case and its lower case (so the pattern "ß" also means "SS").
#pragma once

#include <string>
#include <string_view>

namespace trailwarden::match {

bool is_ascii(std::string_view text);

// Writes `text` to `out` (room for as many bytes) with A-Z as a-z and all else as it is.
void write_ascii_lower(std::string_view text, char* out);
std::string ascii_lower(std::string_view text);

// RE2 syntax for `literal` as it stands, and in any letter case. Bytes that are not UTF-8 stand for
// themselves; RE2 refuses such an expression.
std::string quoted_regex(std::string_view literal);
std::string caseless_regex(std::string_view literal);

}  // namespace trailwarden::match
