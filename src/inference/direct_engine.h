// Each prompt by a call of its own, several at once.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>

#include "inference/engine.h"
#include "inference/pause.h"
#include "model/guard.h"

namespace trailwarden::inference {

struct DirectOptions {
  unsigned threads = 4;                          // More than the guard asks at once wait for it.
  std::chrono::milliseconds task_time{300'000};  // Of one call, its retries included.
  // How long a service that has enough of us is waited for, from its last answer on.
  std::chrono::milliseconds patience{900'000};
  // For tests; real ones unless set.
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
  Pause pause = pause_for;
};

// As the guard allows: its concurrency, its retries, its budget. A question that is turned away
// because the service throttles or rests is asked again while `patience` lasts.
class DirectEngine final : public Engine {
 public:
  // `guard` outlives the engine.
  explicit DirectEngine(model::Guard& guard, DirectOptions options = {})
      : guard_(guard), options_(std::move(options)) {}

  Result<void> run(std::span<const Task> tasks, const OnAnswer& on_answer,
                   const OnProgress& on_progress, const std::stop_token& stop) override;
  std::string name() const override { return "direct"; }
  EngineTotals totals() const override;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Run;

  void work(Run& run);
  model::Outcome<model::Reply> ask(const Task& task, const std::stop_token& stop);
  void told(Run& run, const Task& task, model::Outcome<model::Reply> reply);
  void count(const model::Outcome<model::Reply>& reply);

  model::Guard& guard_;
  const DirectOptions options_;
  std::atomic<Time> last_answer_{};
  mutable std::mutex mutex_;  // Of what follows.
  EngineTotals totals_;
};

}  // namespace trailwarden::inference
