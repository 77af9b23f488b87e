// Stops asking a service that fails again and again, and tries it once in a while.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>

namespace trailwarden::model {

struct BreakerLimits {
  unsigned failures = 5;                        // So many in a row open it.
  std::chrono::milliseconds rest{30'000};       // Until the first probe; doubled after each that
  std::chrono::milliseconds rest_max{300'000};  // fails, up to this.
};

// Safe for any number of threads. Time is given by the caller.
class Breaker {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class State : std::uint8_t {
    Closed,    // All is well: everything passes.
    Open,      // Nothing passes.
    HalfOpen,  // One question is under way as a probe; nothing else passes.
  };

  explicit Breaker(BreakerLimits limits = {}) : limits_(limits) {}

  // Whether a question may be asked now. Each yes is followed by one of the three below.
  bool admit(Time now);
  void succeeded();
  void failed(Time now);
  // It ended in a way that says nothing about the service: a stop, a refusal of this question.
  void undecided();

  State state() const;

 private:
  const BreakerLimits limits_;
  mutable std::mutex mutex_;
  State state_ = State::Closed;
  unsigned failures_ = 0;  // In a row.
  std::chrono::milliseconds rest_{0};
  Time opened_{};
};

// "closed", "open", "half-open".
std::string_view to_string(Breaker::State state);

}  // namespace trailwarden::model
