// Runs a program for what it prints: credential_process.
#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trailwarden::aws {

// Splits a command line as a POSIX shell would into words (Python's shlex.split): blanks, '…', "…"
// in which \ escapes " and \ only, and \ before any other character. Nothing is expanded. Error:
// Syntax, for a quotation or an escape that does not end.
Result<std::vector<std::string>> split_command(std::string_view command);

struct ProcessLimits {
  std::chrono::milliseconds time{60'000};
  std::size_t output_bytes = std::size_t{64} << 10;  // Of each stream; more is an error.
};

struct ProcessResult {
  int status = 0;     // Exit status; 128 + signal for one that a signal ended.
  std::string out;    // What it printed,
  std::string error;  // and to standard error.
};

// Runs words[0], looked up in PATH, without a shell, with empty standard input. It is killed when
// its time is over or a stop is requested. Error: Io, when it cannot be started or does not end;
// LimitExceeded, when it prints too much.
Result<ProcessResult> run_process(const std::vector<std::string>& words,
                                  const ProcessLimits& limits, const std::stop_token& stop);

}  // namespace trailwarden::aws
