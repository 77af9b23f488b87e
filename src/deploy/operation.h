// Follows what CloudFormation does to a stack until it rests.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "deploy/stacks.h"

namespace trailwarden::deploy {

// Who is told, how waits are made, and what ends them early.
struct Attendance {
  std::function<void(const std::string& line)> tell;
  std::function<void(std::chrono::milliseconds, const std::stop_token&)> sleep;
  std::stop_token stop;
};

struct Ending {
  std::string status;  // Of a stack that rests; DELETE_COMPLETE when it is gone.
  std::string cause;   // The first resource that failed, and why; empty when none did.
};

// Asks for the stack every few seconds until its status is none of Phase::Busy, and tells of every
// resource that was made, changed, removed or that failed since the event `known` (its id; empty:
// from the beginning). Ten unanswered questions in a row are an error, as is a stop.
Result<Ending> follow(Stacks& stacks, const std::string& stack_id, std::string known,
                      const Attendance& with);

// Why the last thing that was done to the stack failed: "Topic (AWS::SNS::Topic): …"; empty when
// its events do not say.
std::string last_cause(Stacks& stacks, const std::string& stack_id, const std::stop_token& stop);

}  // namespace trailwarden::deploy
