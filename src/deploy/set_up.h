// `setup`: the stack is there, and as the template and the options say.
//
//   no stack ──► make it ──► follow ──► done, or what failed (AWS has removed all of it again)
//   busy     ──► follow, whoever began it ──► again from the top
//   ready    ──► bring it up to date: nothing to change, or follow ──► done, or what failed (AWS
//                has undone it)
//   stuck    ──► what happened, and what makes it usable
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "deploy/operation.h"
#include "deploy/stacks.h"

namespace trailwarden::deploy {

struct SetUpOrder {
  std::string name;
  // Those that the user named. A new stack has the template's defaults for the others, an old one
  // keeps what it has.
  Texts parameters;
};

struct SetUp {
  enum class Deed { Made, Changed, Nothing } deed = Deed::Nothing;
  Stack stack;  // As it is now, with its outputs.
};

// Error: what AWS refused, a resource that failed with its reason, a stack that is not setup's or
// that is stuck, a stop.
Result<SetUp> set_up(Stacks& stacks, const SetUpOrder& order, const Attendance& with);

}  // namespace trailwarden::deploy
