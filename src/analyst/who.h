// How people would name the one whom a case is about.
#pragma once

#include <string>

#include "triage/case.h"

namespace trailwarden::analyst {

struct Who {
  std::string full;   // "IAM user mallory", "Role Deploy (session ci-7)": begins a sentence.
  std::string brief;  // "user mallory", "role Deploy": ends a title.
};

Who who_is(const triage::Case& found);

}  // namespace trailwarden::analyst
