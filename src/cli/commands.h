// The commands: each reads its request, wires the rooms and answers the exit status.
#pragma once

#include "cli/options.h"

namespace trailwarden::cli {

// Exit statuses are part of the contract.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;
inline constexpr int kVerdictReached = 3;  // --fail-on; verify: tampering
inline constexpr int kInterrupted = 130;   // 128 + SIGINT, as shells have it.

int run_scan(const Request& request);
int run_digest(const Request& request);
int run_match(const Request& request);
int run_rules(const Request& request);
int run_explain(const Request& request);
int run_verify(const Request& request);
int run_watch(const Request& request);
int run_sink_test(const Request& request);
int run_store(const Request& request);
int run_lambda(const Request& request);
int run_setup(const Request& request);
int run_teardown(const Request& request);

}  // namespace trailwarden::cli
