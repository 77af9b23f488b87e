// The way out: takes what is due from the outbox and gives it to its sink, again and again until
// the sink has it or a person must help. What is on its way survives a crash.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "sink/sink.h"
#include "source/bell.h"
#include "store/live_store.h"
#include "watch/desk.h"
#include "watch/log.h"
#include "watch/metrics.h"

namespace trailwarden::watch {

struct DispatchLimits {
  std::chrono::milliseconds first_pause{
      1'000};  // Doubled with each attempt, by chance a half more.
  std::chrono::milliseconds longest_pause{600'000};
  std::chrono::hours patience{72};  // Older notices are given up: a dead letter.
};

// How long to wait behind attempt number `attempts` (from 1); `chance` is from [0, 1).
std::chrono::milliseconds pause_behind(const DispatchLimits& limits, std::uint32_t attempts,
                                       double chance);

struct DispatcherSetup {
  store::LiveStore& store;
  sink::Sink& sink;
  Metrics& metrics;
  Log& log;
  WallClock now;
  std::function<double()> chance;  // From [0, 1).
  DispatchLimits limits{};
};

// Of one sink: its notices leave one after the other, those of a case in their order.
class Dispatcher {
 public:
  explicit Dispatcher(DispatcherSetup setup);

  // Sends what becomes due until a stop is requested. An attempt that was begun then is finished,
  // or cut off, and in doubt, when that is requested too.
  void run(const std::stop_token& stop, const std::stop_token& cut_off);

  // Sends what is due now, and returns when nothing is; a stop cuts off as well. Error: the
  // store's.
  Result<void> drain(const std::stop_token& stop);

  // There may be something to send. From any thread.
  void ring() { bell_.ring(); }

 private:
  using Settle = std::function<Result<void>(store::LiveWriter&)>;

  Result<std::optional<store::UnixMillis>> send_due(const std::stop_token& stop,
                                                    const std::stop_token& cut_off);
  Settle attempt(const store::OutboxRow& message, const std::stop_token& cut_off);
  Settle settle(const store::OutboxRow& message, const sink::Outcome& outcome);
  Settle give_up(const store::OutboxRow& message, const std::string& reason);

  const DispatcherSetup setup_;
  SinkMetrics& metrics_;
  source::Bell bell_;
};

}  // namespace trailwarden::watch
