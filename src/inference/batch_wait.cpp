#include <algorithm>
#include <random>

#include "inference/batch_run.h"

namespace trailwarden::inference {
namespace {

using std::chrono::milliseconds;
using Phase = JobLook::Phase;
using State = JobEntry::State;

double machine_random() {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

// A word of a service, as it may be shown anywhere: our statuses have letters only.
std::string plain(std::string_view word) {
  constexpr std::size_t kLengthMax = 40;
  std::string shown(word.substr(0, kLengthMax));
  const auto is_odd = [](char c) { return c < ' ' || c > '~'; };
  std::replace_if(shown.begin(), shown.end(), is_odd, '?');
  return shown;
}

}  // namespace

Result<void> BatchRun::wait_for_all() {
  const auto until = options_.now() + options_.wait_max;
  milliseconds wait = std::min(options_.look_first, options_.look_max);
  const auto random = options_.random ? options_.random : machine_random;
  while (true) {
    for (Job& job : jobs_) {
      if (job.is_open) TW_TRY(look(job));
    }
    const auto open =
        std::find_if(jobs_.begin(), jobs_.end(), [](const Job& job) { return job.is_open; });
    if (open == jobs_.end()) return {};
    report();
    if (options_.now() > until) {
      return tl::unexpected(error(
          *open, "is still " + open->word + ": it goes on, and a later run will look at it again"));
    }
    const double jitter = 0.8 + 0.4 * random();
    options_.pause(std::chrono::duration_cast<milliseconds>(wait * jitter), stop_);
    if (auto error = stopped()) return tl::unexpected(*std::move(error));
    wait = std::min(wait * 3 / 2, options_.look_max);
  }
}

std::optional<Error> BatchRun::stopped() const {
  if (!stop_.stop_requested()) return std::nullopt;
  std::string ids;
  for (const Job& job : jobs_) {
    if (job.is_open) ids += (ids.empty() ? "" : ", ") + job.entry.id;
  }
  if (ids.empty()) return Error{ErrorCode::Io, "a stop was requested", {}};
  return Error{ErrorCode::Io,
               "a stop was requested; " + name_ + ids +
                   " goes on and will be paid for: the same digest, run again, reads its answers",
               {}};
}

Result<void> BatchRun::look(Job& job) {
  const auto look = service_.look(job.entry.id, stop_);
  if (auto error = stopped()) return tl::unexpected(*std::move(error));
  if (look) {
    job.look_failures = 0;
    return judge(job, *look);
  }
  if (look.error().worth_retrying && ++job.look_failures < options_.look_failures_max) return {};
  return tl::unexpected(
      error(job, "cannot be looked at, and may go on: " + model::to_string(look.error())));
}

Result<void> BatchRun::judge(Job& job, const JobLook& look) {
  const std::string word = plain(look.word);
  const bool is_news = word != job.word;
  job.word = word;
  job.processed = look.processed;
  if (look.phase != Phase::Unknown) job.unknown_since.reset();
  switch (look.phase) {
    case Phase::Waiting:
      return {};
    case Phase::Unknown:
      if (is_news) tell(job, "says \"" + word + "\", which is no status that we know");
      return wait_on_unknown(job);
    case Phase::Ended:
      return read(job);
    case Phase::Lost:
      return lost(job, look);
  }
  return {};
}

Result<void> BatchRun::wait_on_unknown(Job& job) {
  if (!job.unknown_since) job.unknown_since = options_.now();
  if (options_.now() - *job.unknown_since <= options_.unknown_max) return {};
  return tl::unexpected(error(job, "has a status that we do not know, \"" + job.word +
                                       "\"; a later run will look at it again"));
}

void BatchRun::report() {
  std::uint64_t processed = 0;
  std::string state;
  for (const Job& job : jobs_) {
    if (!job.is_open) continue;
    processed += std::min<std::uint64_t>(job.processed, job.wanted.size());
    if (state.empty()) state = job.word;
  }
  on_progress_({.state = state, .answered = told_ + processed, .tasks = tasks_.size()});
}

Result<void> BatchRun::lost(Job& job, const JobLook& look) {
  job.is_open = false;
  job.entry.state = State::Failed;
  settle(job, {});
  if (!first_lost_) {
    // By way of a failure's words: what a service wrote is cut and shown escaped.
    first_lost_ = model::to_error(
        {.service = service_.service(),
         .operation = "batch job " + job.entry.id + " ended",
         .code = job.word,
         .message = look.message.empty() ? std::string("the service says no more") : look.message});
  }
  return journal_.update(job.entry);
}

}  // namespace trailwarden::inference
