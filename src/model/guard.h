// A provider that can be left alone: it is tried again where that helps, within the caller's time;
// a bounded number of questions is asked at once; a service in trouble gets a rest; nothing is
// asked that the budget does not cover.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "model/breaker.h"
#include "model/budget.h"
#include "model/prices.h"
#include "model/provider.h"

namespace trailwarden::model {

struct GuardOptions {
  unsigned attempts_max = 4;     // Of one question.
  unsigned concurrency_max = 4;  // Questions under way at once; others wait.
  BreakerLimits breaker{};
  std::optional<Price> price{};  // Of the model; nothing: unknown, its cost counts as zero.
  Budget* budget = nullptr;      // Borrowed; nullptr: no cap.
  // For tests; real ones unless set.
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
  std::function<void(std::chrono::milliseconds, const std::stop_token&)> sleep{};
  std::function<double()> random{};  // In [0, 1): the jitter of waits.
};

// What it did so far, for metrics and the footer of a report.
struct GuardState {
  std::uint64_t questions = 0;
  std::uint64_t answers = 0;
  std::uint64_t attempts = 0;
  std::uint64_t over_budget = 0;  // Questions that the budget did not cover.
  std::uint64_t resting = 0;      // Questions that the breaker turned away.
  std::uint64_t failures = 0;     // All questions without an answer, those above included.
  unsigned under_way = 0;
  Usage usage{};  // As services reported it; of answers without it the bound.
  Usd cost{};     // At the price given.
  Breaker::State breaker = Breaker::State::Closed;
};

// Safe for any number of threads.
class Guard final : public Provider {
 public:
  Guard(std::unique_ptr<Provider> provider, GuardOptions options);
  ~Guard() override;

  Outcome<Reply> ask(const Request& request, std::chrono::milliseconds time,
                     const std::stop_token& stop) override;
  const std::string& service() const override { return provider_->service(); }
  const std::string& model() const override { return provider_->model(); }

  // The cost of an answer; nothing where the price or the usage is unknown.
  std::optional<Usd> cost(const Reply& reply) const;
  GuardState state() const;

 private:
  class Slot;
  using Time = std::chrono::steady_clock::time_point;

  Outcome<Reply> ask_until(const Request& request, Time until, const std::stop_token& stop);
  Outcome<Reply> attempt(const Request& request, Time until, const std::stop_token& stop);
  Outcome<Reply> ask_within_budget(const Request& request, Time until, const std::stop_token& stop);
  void account(const Outcome<Reply>& reply, const Amount& most);
  void tell_breaker(const Outcome<Reply>& reply);
  Failure failed(Failure::Kind kind, std::string message) const;

  std::unique_ptr<Provider> provider_;
  GuardOptions options_;
  Breaker breaker_;
  mutable std::mutex mutex_;  // Of what follows.
  std::condition_variable_any freed_;
  GuardState state_;
};

// More tokens than `request` can be for any tokenizer: none makes more than one of a byte. What
// services add themselves for tools and roles is included.
std::uint64_t input_bound(const Request& request);

}  // namespace trailwarden::model
