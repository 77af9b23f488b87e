// A feed between the workers of one run.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>

#include "base/result.h"
#include "cloudtrail/feed.h"
#include "scan/scan.h"

namespace trailwarden::scan {

// Numbers a feed's portions as they are handed out, and keeps what the feed said when it could not
// go on. Safe for any number of threads.
class Portions {
 public:
  // Both outlive it.
  Portions(cloudtrail::Feed& feed, Progress& progress) : feed_(feed), progress_(progress) {}

  struct Numbered {
    std::size_t number;  // 0, 1, 2, …
    cloudtrail::Portion portion;
  };
  // Nothing: there is no more, a stop was requested, or the feed failed.
  std::optional<Numbered> next(const std::stop_token& stop);

  // Ends the run: nothing more is handed out.
  void fail(Error error);

  // To be asked when all workers have got nothing: the error of a run that is not whole.
  Result<void> outcome(const std::stop_token& stop) const;

 private:
  cloudtrail::Feed& feed_;
  Progress& progress_;
  // Held while the feed waits for its network: whoever comes second would wait for the same.
  mutable std::mutex mutex_;
  std::size_t count_ = 0;
  std::optional<Error> failure_;
};

}  // namespace trailwarden::scan
