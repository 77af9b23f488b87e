// Text as a reader sees it, however it is spelt: what phrases are looked for in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trailwarden::injection {

// How to read a text that can be read in more than one way.
struct Spelling {
  bool humps = true;   // A capital inside a word begins a new one: "IgnoreAllPrevious".
  char one_is = '\0';  // 'i' or 'l': digits and signs inside words are letters ("1gn0re"), and
                       // this is what 1 and | are. 0: digits are digits.
};

// Words in lower case. Of letters only their skeleton is left: accents, widths, styles (𝐢, ⓘ, ｉ,
// ɪ) and scripts do not matter where the shape does not differ (Cyrillic 'о' is 'o'). Invisible
// characters are gone, Unicode's tag characters are the ASCII they stand for, and an apostrophe
// is nothing. Everything else separates words. Letters that stand apart ("i g n o r e") are one
// word, and so are many tiny humps: keys and tokens ("dTr7PtchER0") are no sentences.
struct Words {
  struct Word {
    std::string text;
    std::uint32_t begin = 0;  // In the text folded: its first byte, and one behind its last.
    std::uint32_t end = 0;
    bool is_hump = false;  // It clings to the word before.
  };
  std::vector<Word> words;
  bool has_tiny_humps = false;       // "iGnOrE": it may be one word.
  bool has_digits_in_words = false;  // "ign0re", "$afe": they may be letters.
};

// Invalid UTF-8 separates words. Linear in `text`.
Words fold(std::string_view text, Spelling spelling = {});

}  // namespace trailwarden::injection
