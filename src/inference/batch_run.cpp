#include "inference/batch_run.h"

namespace trailwarden::inference {
namespace {

using State = JobEntry::State;

}  // namespace

BatchRun::BatchRun(const Parts& parts, std::span<const Task> tasks, const OnAnswer& on_answer,
                   const OnProgress& on_progress, const std::stop_token& stop)
    : service_(parts.service),
      direct_engine_(parts.direct),
      options_(parts.options),
      totals_(parts.totals),
      journal_(parts.journal),
      tasks_(tasks),
      on_answer_(on_answer),
      on_progress_(on_progress),
      stop_(stop),
      name_(service_.service() + " batch job ") {
  if (options_.price) price_ = in_batch(*options_.price);
}

Result<void> BatchRun::run() {
  TW_TRY(find_again());
  const auto rest = tasks_without_job();
  TW_TRY(begin(rest));
  TW_TRY(wait_for_all());
  TW_TRY(ask_directly());
  for (Job& job : jobs_) {
    if (job.entry.state != State::Created) continue;
    job.entry.state = State::Done;
    TW_TRY(journal_.update(job.entry));
  }
  if (first_lost_) return tl::unexpected(*first_lost_);
  return {};
}

void BatchRun::settle(Job& job, const model::Amount& spent) {
  // A ledger that cannot be written leaves the reservation, which is the safe side.
  const model::Amount reserved = job.is_reserved ? job.reserved : model::Amount{};
  if (options_.budget != nullptr) (void)options_.budget->settle(reserved, spent);
  job.is_reserved = false;
}

// By way of a failure's words: what a service wrote is cut and shown escaped.
void BatchRun::tell(const Job& job, const std::string& what) const {
  options_.tell(model::to_string(model::Failure{.message = name_ + job.entry.id + ": " + what}));
}

Error BatchRun::error(const Job& job, const std::string& what) const {
  return {ErrorCode::Io, name_ + job.entry.id + " " + what, {}};
}

}  // namespace trailwarden::inference
