// How many prompts are answered: by one batch job, or by calls of their own.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/money.h"
#include "model/provider.h"

namespace trailwarden::inference {

// One prompt to be answered. No form is asked for: Bedrock's batch jobs take neither tools nor
// response formats (Amazon Bedrock User Guide, "Format and upload your batch inference data").
struct Task {
  std::string id;  // [a-z0-9]{11,64}, distinct within a run: Bedrock's recordId.
  model::Request request;
};

// Told of each task once, by one thread at a time, in any order. Error: the answer cannot be kept,
// which ends the run.
using OnAnswer = std::function<Result<void>(const Task& task, model::Outcome<model::Reply> reply)>;

// How far an engine is, for a progress line. Called by one thread at a time.
struct EngineProgress {
  std::string state;  // "Validating", "InProgress"; of calls "asking".
  std::uint64_t answered = 0;
  std::uint64_t tasks = 0;
};
using OnProgress = std::function<void(const EngineProgress& progress)>;

// What an engine had answered in all of its runs, as far as services say what they counted.
struct EngineTotals {
  std::uint64_t answered = 0;
  std::uint64_t failed = 0;  // Told with a failure.
  model::Usage usage{};
  model::Usd cost{};              // At the list's price, of batches half of it; 0: no price known.
  std::vector<std::string> jobs;  // Ids of batch jobs that were created, found again or read.
};

// Answers prompts. One run at a time.
class Engine {
 public:
  virtual ~Engine() = default;

  // Has all of `tasks` answered, waits for it, and tells `on_answer` of each, failed or not; a
  // task's failure is no error of the run. What an earlier run began and its journal knows of is
  // found again, not begun again. Error: nothing could be asked, `on_answer`'s, or `stop` was
  // requested.
  virtual Result<void> run(std::span<const Task> tasks, const OnAnswer& on_answer,
                           const OnProgress& on_progress, const std::stop_token& stop) = 0;

  virtual std::string name() const = 0;  // "batch", "direct": for a person.
  virtual EngineTotals totals() const = 0;
};

}  // namespace trailwarden::inference
