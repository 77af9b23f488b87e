// The instructions that a model gets: a file that a user can read and replace.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace trailwarden::analyst {

// A text of instructions, ready to be used.
struct Prompt {
  std::string text;
  std::string hash;  // 16 hex digits of the text and the answer's form: names what was asked.
};

// prompts/case.md, as it was when this binary was built.
Prompt builtin_prompt();
// A user's own. Error: Syntax, empty, longer than 64 KiB, or no UTF-8.
Result<Prompt> make_prompt(std::string text);

}  // namespace trailwarden::analyst
