// Wakes threads that wait for something to change, and forgets no ring that came before they slept.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>

#include "source/call.h"

namespace trailwarden::source {

// Look at rings() first, then at what may have changed, then wait().
class Bell {
 public:
  void ring() {
    {
      const std::lock_guard lock(mutex_);
      ++rings_;
    }
    rung_.notify_all();
  }

  std::uint64_t rings() const {
    const std::lock_guard lock(mutex_);
    return rings_;
  }

  // Returns at the next ring behind `seen`, at `until` (nothing: never), or when a stop is
  // requested.
  void wait(std::uint64_t seen, std::optional<SteadyTime> until, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto rung = [&] { return rings_ != seen; };
    if (until) {
      rung_.wait_until(lock, stop, *until, rung);
    } else {
      rung_.wait(lock, stop, rung);
    }
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any rung_;
  std::uint64_t rings_ = 0;
};

}  // namespace trailwarden::source
