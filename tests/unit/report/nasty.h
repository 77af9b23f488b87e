// One corpus of what an attacker may write into a log, for the tests of every rendering.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trailwarden::report {

struct Nasty {
  std::string_view what;
  std::string text;
};

const std::vector<Nasty>& nasty_strings();

// The first thing in `text` that may never reach a terminal or a page as it is: controls but the
// line feed, what turns the direction of text, what is not seen, bytes that are not UTF-8. Empty
// when there is none.
std::string deceptive_part(std::string_view text);

}  // namespace trailwarden::report
