// Where reading can begin again behind damage.
#pragma once

#include <cstddef>
#include <string_view>

namespace trailwarden::cloudtrail {

// A beginning is recognised within this many bytes: brace, white space, name.
inline constexpr std::size_t kBeginningBytesMax = 96;

// The first place at or behind `from` where an object begins whose first member's name is one that
// records and their containers have at their top level. npos: none. That the object is a record
// is for the caller to find out.
std::size_t find_beginning(std::string_view text, std::size_t from);

// The same where objects may be of any kind: the first line that begins with a brace. (Objects
// inside of what is damaged are mostly indented, or on its own line.)
std::size_t find_line_of_object(std::string_view text);

}  // namespace trailwarden::cloudtrail
