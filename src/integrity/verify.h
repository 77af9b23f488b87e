// CloudTrail's log file integrity validation, for all trails, accounts and regions that a bucket or
// its mirror holds. Open this file first.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "integrity/chain.h"
#include "integrity/findings.h"
#include "integrity/public_keys.h"
#include "integrity/store.h"

namespace trailwarden::integrity {

// Asks CloudTrail for the public keys that were valid in a region at some time in the window.
using FetchKeys = std::function<Result<std::vector<KeyRecord>>(
    const std::string& region, Window window, const std::stop_token& stop)>;

struct Options {
  Period period;
  unsigned threads = 1;
  FetchKeys fetch_keys;  // Empty: the keys that are there must do.
};

// How far it is, for a progress line: read it from any thread.
struct Progress {
  std::atomic<std::uint64_t> digests{0};
  std::atomic<std::uint64_t> log_files{0};
  std::atomic<std::uint64_t> bytes{0};  // As stored.
};

// Verifies everything below the store's top, account by account and region by region; memory is
// that of one region's digests without their lists, and 40 bytes a log file. Files that cannot be
// read are findings. Error: folders cannot be listed, keys cannot be had, no digest file is there
// at all, or `stop` was requested.
Result<Findings> verify(Store& store, PublicKeys& keys, const Options& options, Progress& progress,
                        const std::stop_token& stop);

}  // namespace trailwarden::integrity
