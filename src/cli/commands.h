// The commands: each reads its request, wires the rooms and answers the exit status.
#pragma once

#include "cli/options.h"

namespace trailwarden::cli {

// Exit statuses are part of the contract.
enum ExitStatus : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kVerdictReached = 3,  // --fail-on
  kInterrupted = 130,   // 128 + SIGINT, as shells have it.
};

int run_scan(const Request& request);
int run_match(const Request& request);
int run_rules(const Request& request);
int run_explain(const Request& request);

}  // namespace trailwarden::cli
