// Text from logs made fit for a sentence.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace trailwarden::triage {

// `text` with all that could forge or hide something written out: control characters, line breaks,
// invisible and direction-changing characters as "\n" or "\u202e", bytes that are not UTF-8 as
// "\xff", a backslash as "\\". Longer than `characters_max` it is cut at a character and ends in
// "…". A sink still escapes for its own medium.
std::string shown(std::string_view text, std::size_t characters_max = 120);

}  // namespace trailwarden::triage
