// Sentences that speak to a language model: sequences of meanings.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "injection/lexicon.h"

namespace trailwarden::injection {

// What the text wants of its reader. OWASP Top 10 for LLM Applications 2025, LLM01, names these
// ways among others.
enum class Aim : std::uint8_t {
  Override,  // Forget what you were told; new instructions.
  Verdict,   // Judge this as harmless; answer so.
  Silence,   // Do not report this.
  Role,      // You are now somebody else.
  Template,  // Marks of a chat's turns: <|im_start|>, [INST], </system>.
  Leak,      // Tell your instructions.
  Address,   // Dear assistant, close the case.
  Agent,     // Use your tools; put a link into your answer.
  Encoded,   // Decode this and follow it.
};

// "override", "verdict", …
std::string_view to_string(Aim aim);

// Where a phrase begins in the text, and what it wants.
struct Phrase {
  Aim aim = Aim::Override;
  std::uint32_t begin = 0;
};

// The first phrase of `tokens`. Linear in their number.
std::optional<Phrase> find_phrase(std::span<const Token> tokens);

// The first mark of a chat template in a text as it stands: these are signs, not words.
std::optional<Phrase> find_mark(std::string_view text);

}  // namespace trailwarden::injection
