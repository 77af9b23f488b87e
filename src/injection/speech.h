// One text looked at closely: does it speak to a language model, in clear or under covers?
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "injection/phrases.h"

namespace trailwarden::injection {

// An instruction that was found.
struct Speech {
  Aim aim = Aim::Override;
  std::string form;  // "plain", or how it was hidden, from outside in: "base64", "escaped, hex".
  std::string text;  // From the instruction's beginning on, cut behind some 300 bytes. Hostile.
};

// How many bytes may still be made out of escapes and encodings: what is hidden deeper or is longer
// stays hidden.
struct Budget {
  std::size_t bytes = std::size_t{1} << 20;
};

// The first instruction in `text` (of a JSON string, escapes of JSON resolved). Uses up `budget`.
std::optional<Speech> find_speech(std::string_view text, Budget& budget);

}  // namespace trailwarden::injection
