#include <algorithm>

#include "inference/batch_run.h"

namespace trailwarden::inference {
namespace {

using Kind = model::Failure::Kind;

constexpr std::size_t kAskedAgainMin = 100;
constexpr unsigned kReadAttemptsMax = 3;

}  // namespace

Result<void> BatchRun::read(Job& job) {
  for (unsigned attempts = 1;; ++attempts) {
    JobResults results(job.entry.tasks, job.wanted, price_);
    bool is_kept = true;
    const OnLine on_line = [&](std::string_view line) -> Result<void> {
      auto record = service_.parse(line);
      if (!record) {
        results.add_unreadable();
        return {};
      }
      auto added = results.add(*std::move(record), on_answer_);
      is_kept = added.has_value();
      return added;
    };
    auto manifest = service_.read(job.entry.order, job.entry.id, on_line, stop_);
    totals_.answered += results.answered();
    told_ += results.answered();
    if (manifest) return finish(job, results, *manifest);
    if (auto error = stopped()) return tl::unexpected(*std::move(error));
    if (!is_kept || attempts == kReadAttemptsMax) return tl::unexpected(manifest.error());
    tell(job, "its output is read again: " + to_string(manifest.error()));
    // What was told is told once.
    job.wanted.clear();
    for (const auto& each : results.unanswered({})) job.wanted.push_back(each.task);
    options_.pause(options_.look_first, stop_);
  }
}

Result<void> BatchRun::finish(Job& job, const JobResults& results,
                              const std::optional<Manifest>& manifest) {
  if (!results.is_ours()) {
    return lost(job, {.word = job.word, .message = "it has other records than ours"});
  }
  job.is_open = false;
  const model::Usage usage = results.usage(manifest);
  const model::Usd cost = results.cost(manifest);
  // What was not counted may, as far as we know, have cost all that was reserved.
  settle(job, results.is_counted(manifest) ? model::Amount{usage.total(), cost} : job.reserved);
  totals_.usage += usage;
  totals_.cost += cost;
  tell(job, "ended as " + job.word + ", " + results.summary());
  return leave_to_direct(job, results.unanswered({.kind = Kind::Unavailable,
                                                  .service = service_.service(),
                                                  .operation = "batch",
                                                  .message = "job " + job.entry.id + " ended as " +
                                                             job.word + " without it"}));
}

Result<void> BatchRun::leave_to_direct(const Job& job,
                                       std::vector<JobResults::Unanswered> unanswered) {
  const std::size_t most = std::max(kAskedAgainMin, job.entry.tasks.size() / 10);
  const std::size_t asked_again = std::min(most, unanswered.size());
  if (!unanswered.empty()) {
    tell(job, std::to_string(asked_again) + " of " + std::to_string(unanswered.size()) +
                  " without an answer are asked again, directly");
  }
  for (std::size_t i = 0; i < unanswered.size(); ++i) {
    if (i < asked_again) {
      direct_.push_back(*unanswered[i].task);
      continue;
    }
    ++totals_.failed;
    ++told_;
    TW_TRY(on_answer_(*unanswered[i].task, tl::unexpected(std::move(unanswered[i].failure))));
  }
  return {};
}

Result<void> BatchRun::ask_directly() {
  if (direct_.empty()) return {};
  const auto before = told_;
  const OnProgress on_progress = [&](const EngineProgress& progress) {
    on_progress_({progress.state, before + progress.answered, tasks_.size()});
  };
  return direct_engine_.run(direct_, on_answer_, on_progress, stop_);
}

}  // namespace trailwarden::inference
