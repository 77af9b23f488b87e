// The events that an EventBridge pattern matches, in the order of the inputs.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "pattern/pattern.h"
#include "scan/result.h"
#include "scan/scan.h"

namespace trailwarden::scan {

struct MatchOptions {
  std::string pattern;  // JSON.
  pattern::Subject subject = pattern::Subject::CloudTrail;
  unsigned threads = 1;
  bool count_only = false;  // `emit` is not called.
};

struct MatchResult {
  std::uint64_t read = 0;
  std::uint64_t matched = 0;
  Problems problems;
};

// Takes whole lines of output, in the order of inputs and records. False: nobody wants more.
using Emit = std::function<bool(std::string_view lines)>;

// Calls `emit` with each matching event as one line: the EventBridge event (made up around a bare
// record), or the object as it stands for Subject::Raw. The same for any number of threads.
// `feed` hands out in FeedOrder::Given. Error: the pattern is invalid (code Syntax), the feed's, or
// `stop` was requested.
Result<MatchResult> match_events(const MatchOptions& options, cloudtrail::Feed& feed,
                                 Progress& progress, const std::stop_token& stop, const Emit& emit);

}  // namespace trailwarden::scan
