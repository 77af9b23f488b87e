// The local analyst: tells a case in two or three plain sentences from its findings, without a
// model or a network. The same case always gives the same words.
#pragma once

#include <string>

#include "triage/case.h"

namespace trailwarden::analyst {

struct Story {
  std::string title;      // One line, at most 80 characters.
  std::string narrative;  // Who, from where, when, did what; what was refused; what to check next.
};

// Text from the log stands in it shortened, with control characters escaped; each sink still
// escapes for its own medium.
Story tell(const triage::Case& found);

}  // namespace trailwarden::analyst
