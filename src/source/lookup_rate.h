// How often LookupEvents may be asked: AWS counts two calls a second for each account and region,
// of all callers together.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

#include "source/call.h"

namespace trailwarden::source {

using Sleep = std::function<void(std::chrono::milliseconds, const std::stop_token&)>;

// One for the process, given to all who call LookupEvents. Safe for any number of threads.
class LookupRate {
 public:
  LookupRate(SteadyClock now, Sleep sleep) : now_(std::move(now)), sleep_(std::move(sleep)) {}

  // Waits for the next turn of `key` (an account and a region). False: a stop was requested.
  bool await_turn(const std::string& key, const std::stop_token& stop);

  // AWS throttled a call: somebody else calls as well. Half as often from now on, down to one call
  // in 8 s; each call that went well brings back a little.
  void throttled(const std::string& key);
  void went_well(const std::string& key);

  // Between two calls, at present.
  std::chrono::milliseconds interval(const std::string& key) const;

 private:
  struct Lane {
    SteadyTime next{};  // When the next call may begin.
    std::chrono::milliseconds interval;
  };
  Lane& lane(const std::string& key);

  const SteadyClock now_;
  const Sleep sleep_;
  mutable std::mutex mutex_;
  std::map<std::string, Lane> lanes_;
};

}  // namespace trailwarden::source
