// All prompts as one job of a batch service, or as few as its limits allow.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "inference/batch_service.h"
#include "inference/direct_engine.h"
#include "inference/engine.h"
#include "inference/journal.h"
#include "inference/pause.h"
#include "model/budget.h"
#include "model/prices.h"

namespace trailwarden::inference {

struct BatchOptions {
  std::optional<model::Price> price{};  // Of a call; its `batch` says what is left of it in a job.
  model::Budget* budget = nullptr;      // Borrowed; nullptr: no cap.
  // Between two looks at a job: half as long again each time, up to the second, each by up to a
  // fifth longer or shorter.
  std::chrono::milliseconds look_first{5'000};
  std::chrono::milliseconds look_max{60'000};
  // A job that says a word that we do not know is waited for so long, and any job so long in all.
  // Bedrock lets a job wait a day for its turn; Anthropic ends one after a day.
  std::chrono::milliseconds unknown_max{std::chrono::hours(1)};
  std::chrono::milliseconds wait_max{std::chrono::hours(48)};
  unsigned look_failures_max = 10;  // In a row, each of them with its client's own retries.
  // What a person should know, one line each.
  std::function<void(std::string_view line)> tell = [](std::string_view) {};
  // For tests; real ones unless set.
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
  Pause pause = pause_for;
  std::function<double()> random{};  // In [0, 1).
};

// Fewer tasks than the service's minimum go to `direct`, and so does every record that ended with
// an error or without an answer: a tenth of a job, and at least a hundred; what is above that is
// told as failed.
//
// What it does is in the journal before it counts: a run that is killed anywhere finds its jobs
// again, creates none twice, and reads what they answered. A stop leaves jobs running, and says so.
//
// The most that jobs can cost is taken out of the budget before any is created, and what they cost
// counts instead when they were read. A job of an earlier run is reserved anew, as far as there is
// room, so that a budget of this process alone is right; one whose ledger outlives the process
// keeps the earlier reservation as well, which is the safe side.
class BatchEngine final : public Engine {
 public:
  // `journal` and `direct` outlive the engine.
  BatchEngine(std::unique_ptr<BatchService> service, Journal& journal, DirectEngine& direct,
              BatchOptions options = {});
  ~BatchEngine() override;

  // An Error names the service, the job and its own words where a job ended without an answer; what
  // other jobs answered was told nevertheless.
  Result<void> run(std::span<const Task> tasks, const OnAnswer& on_answer,
                   const OnProgress& on_progress, const std::stop_token& stop) override;
  std::string name() const override { return "batch"; }
  EngineTotals totals() const override;  // Of `direct` too. Not during a run.

 private:
  std::unique_ptr<BatchService> service_;
  Journal& journal_;
  DirectEngine& direct_;
  const BatchOptions options_;
  EngineTotals totals_;  // Of jobs.
};

}  // namespace trailwarden::inference
