// The lexicon as it is written down: read when the program is built, for folding its terms takes
// longer than a function has for its first event. Not in the product.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "injection/lexicon.h"

namespace trailwarden::injection {

// Texts are folded as fold() does it, words are apart by one space.
struct TermMaps {
  std::map<std::string, Meanings> exact;             // Terms.
  std::map<std::string, Meanings> prefixes;          // What words begin with that mean this.
  std::map<std::string, Meanings> glued;             // Both, from two bytes on, without spaces.
  std::map<std::string, std::uint64_t> first_words;  // Of exact terms: words of the longest such.
};

TermMaps read_terms();

}  // namespace trailwarden::injection
