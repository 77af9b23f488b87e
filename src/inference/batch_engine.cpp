#include "inference/batch_engine.h"

#include "inference/batch_run.h"

namespace trailwarden::inference {

BatchEngine::BatchEngine(std::unique_ptr<BatchService> service, Journal& journal,
                         DirectEngine& direct, BatchOptions options)
    : service_(std::move(service)),
      journal_(journal),
      direct_(direct),
      options_(std::move(options)) {}

BatchEngine::~BatchEngine() = default;

Result<void> BatchEngine::run(std::span<const Task> tasks, const OnAnswer& on_answer,
                              const OnProgress& on_progress, const std::stop_token& stop) {
  const BatchRun::Parts parts{*service_, journal_, direct_, options_, totals_};
  return BatchRun(parts, tasks, on_answer, on_progress, stop).run();
}

EngineTotals BatchEngine::totals() const {
  EngineTotals all = direct_.totals();
  all.answered += totals_.answered;
  all.failed += totals_.failed;
  all.usage += totals_.usage;
  all.cost += totals_.cost;
  all.jobs = totals_.jobs;
  return all;
}

}  // namespace trailwarden::inference
