#include "digest/batch_engine.h"

#include <algorithm>
#include <random>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "digest/job_journal.h"
#include "digest/job_plan.h"
#include "digest/job_results.h"

namespace trailwarden::digest {
namespace {

using std::chrono::milliseconds;
using Kind = model::Failure::Kind;
using Phase = JobLook::Phase;
using State = JobEntry::State;

constexpr std::size_t kAskedAgainMin = 100;
constexpr unsigned kReadAttemptsMax = 3;

double machine_random() {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

// Whether the service was, or may have been, told to create the job.
bool may_exist(const JobEntry& entry) {
  return entry.state == State::Created || (entry.state == State::Ready && !entry.order.empty());
}

}  // namespace

// One run: what is known of its jobs while it lasts.
class BatchEngine::Run {
 public:
  Run(BatchEngine& engine, std::span<const Task> tasks, const OnAnswer& on_answer,
      const OnProgress& on_progress, const std::stop_token& stop)
      : engine_(engine),
        service_(*engine.service_),
        options_(engine.options_),
        journal_(engine.journal_),
        tasks_(tasks),
        on_answer_(on_answer),
        on_progress_(on_progress),
        stop_(stop),
        name_(service_.service() + " batch job ") {
    if (options_.price) price_ = in_batch(*options_.price);
  }

  Result<void> run();

 private:
  struct Job {
    JobEntry entry;
    std::vector<const Task*> wanted{};  // Of this run's tasks.
    model::Amount reserved{};
    bool is_reserved = false;
    bool is_open = true;
    std::string word{};  // Its latest status.
    std::uint64_t processed = 0;
    unsigned look_failures = 0;
    std::optional<std::chrono::steady_clock::time_point> unknown_since{};
  };

  Result<void> find_again();
  Result<void> find_again(Job& job, std::span<const std::string> known);
  Result<void> begin(const std::vector<const Task*>& rest);
  Result<void> reserve(std::vector<Job>& jobs);
  Result<void> begin_all(std::vector<Job>& jobs, std::span<const std::string> records);
  Result<void> begin(Job& job, std::span<const std::string> records);
  Result<void> create(Job& job, std::span<const std::string> records);
  Result<void> created(Job& job, const std::string& id);
  Result<void> wait_for_all();
  Result<void> look(Job& job);
  Result<void> judge(Job& job, const JobLook& look);
  Result<void> wait_on_unknown(Job& job);
  Result<void> read(Job& job);
  Result<void> finish(Job& job, const JobResults& results, const std::optional<Manifest>& manifest);
  Result<void> leave_to_direct(const Job& job, std::vector<JobResults::Unanswered> unanswered);
  Result<void> lost(Job& job, const JobLook& look);
  Result<void> ask_directly();

  std::vector<const Task*> tasks_of(const JobEntry& entry) const;
  std::vector<const Task*> tasks_without_job() const;
  model::Amount most(const std::vector<const Task*>& tasks) const;
  void settle(Job& job, const model::Amount& spent);
  void report();
  void tell(const Job& job, const std::string& what) {
    options_.tell(model::to_string(model::Failure{.message = name_ + job.entry.id + ": " + what}));
  }
  Error error(const Job& job, const std::string& what) const {
    return {ErrorCode::Io, name_ + job.entry.id + " " + what, {}};
  }
  std::optional<Error> stopped() const;

  BatchEngine& engine_;
  BatchService& service_;
  const BatchOptions& options_;
  JobJournal journal_;
  std::span<const Task> tasks_;
  const OnAnswer& on_answer_;
  const OnProgress& on_progress_;
  const std::stop_token& stop_;
  const std::string name_;
  std::optional<model::Price> price_{};  // In a job.
  std::vector<Job> jobs_{};
  std::size_t next_number_ = 0;
  std::vector<Task> direct_{};
  std::uint64_t told_ = 0;
  std::optional<Error> first_lost_{};
};

Result<void> BatchEngine::Run::run() {
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

// Jobs of earlier runs.

Result<void> BatchEngine::Run::find_again() {
  auto entries = TW_TRY(journal_.jobs());
  next_number_ = entries.size();
  std::vector<std::string> known;
  for (const JobEntry& entry : entries) {
    if (!entry.id.empty()) known.push_back(entry.id);
  }
  for (JobEntry& entry : entries) {
    if (entry.state == State::Done || entry.state == State::Failed) continue;
    Job job{.entry = std::move(entry)};
    TW_TRY(find_again(job, known));
    if (job.entry.state != State::Created) continue;
    job.wanted = tasks_of(job.entry);
    job.reserved = most(job.wanted);
    job.is_reserved =
        options_.budget != nullptr && options_.budget->reserve(job.reserved).has_value();
    engine_.totals_.jobs.push_back(job.entry.id);
    tell(job, "is an earlier run's; it is not created again");
    jobs_.push_back(std::move(job));
  }
  return {};
}

Result<void> BatchEngine::Run::find_again(Job& job, std::span<const std::string> known) {
  if (job.entry.state == State::Created) return {};
  const auto found = service_.recover(job.entry.order, known, stop_);
  if (!found) return tl::unexpected(model::to_error(found.error()));
  job.entry.state = *found ? State::Created : State::Failed;
  job.entry.id = found->value_or("");
  return journal_.update(job.entry);
}

std::vector<const Task*> BatchEngine::Run::tasks_of(const JobEntry& entry) const {
  const std::unordered_set<std::string_view> ids(entry.tasks.begin(), entry.tasks.end());
  std::vector<const Task*> result;
  for (const Task& task : tasks_) {
    if (ids.contains(task.id)) result.push_back(&task);
  }
  return result;
}

std::vector<const Task*> BatchEngine::Run::tasks_without_job() const {
  std::unordered_set<std::string_view> taken;
  for (const Job& job : jobs_) taken.insert(job.entry.tasks.begin(), job.entry.tasks.end());
  std::vector<const Task*> result;
  for (const Task& task : tasks_) {
    if (!taken.contains(task.id)) result.push_back(&task);
  }
  return result;
}

// New jobs.

Result<void> BatchEngine::Run::begin(const std::vector<const Task*>& rest) {
  std::vector<std::string> records;
  std::vector<std::size_t> sizes;
  const bool is_enough = rest.size() >= service_.limits().records_min;
  for (const Task* task : rest) {
    if (is_enough) records.push_back(service_.record(*task));
    if (is_enough) sizes.push_back(records.back().size());
  }
  const auto counts = plan_jobs(sizes, service_.limits());
  if (counts.empty()) {
    for (const Task* task : rest) direct_.push_back(*task);
    return {};
  }
  std::vector<Job> jobs;
  auto task = rest.begin();
  for (const std::size_t count : counts) {
    Job job{.entry = {.number = next_number_++}};
    job.wanted.assign(task, task + static_cast<std::ptrdiff_t>(count));
    for (const Task* each : job.wanted) job.entry.tasks.push_back(each->id);
    job.reserved = most(job.wanted);
    jobs.push_back(std::move(job));
    task += static_cast<std::ptrdiff_t>(count);
  }
  TW_TRY(reserve(jobs));
  auto begun = begin_all(jobs, records);
  for (Job& job : jobs) {
    if (!may_exist(job.entry)) settle(job, {});
    jobs_.push_back(std::move(job));
  }
  return begun;
}

// All of them or none: half of an answer helps nobody.
Result<void> BatchEngine::Run::reserve(std::vector<Job>& jobs) {
  if (options_.budget == nullptr) return {};
  model::Amount all;
  for (const Job& job : jobs) {
    all.tokens += job.reserved.tokens;
    all.cost += job.reserved.cost;
  }
  TW_TRY(options_.budget->reserve(all));
  for (Job& job : jobs) job.is_reserved = true;
  return {};
}

Result<void> BatchEngine::Run::begin_all(std::vector<Job>& jobs,
                                         std::span<const std::string> records) {
  for (Job& job : jobs) {
    TW_TRY(begin(job, records.first(job.wanted.size())));
    records = records.subspan(job.wanted.size());
  }
  return {};
}

Result<void> BatchEngine::Run::begin(Job& job, std::span<const std::string> records) {
  const std::string run = TW_TRY(journal_.run_name());
  job.entry.order = TW_TRY(service_.prepare({run, job.entry.number}, records, stop_));
  TW_TRY(journal_.add(job.entry));
  return create(job, records);
}

Result<void> BatchEngine::Run::create(Job& job, std::span<const std::string> records) {
  const auto id = service_.create(job.entry.order, records, stop_);
  if (id) return created(job, *id);
  if (id.error().kind == Kind::Refused || id.error().kind == Kind::Credentials) {
    job.entry.state = State::Failed;
    TW_TRY(journal_.update(job.entry));
  }
  return tl::unexpected(model::to_error(id.error()));
}

Result<void> BatchEngine::Run::created(Job& job, const std::string& id) {
  job.entry.id = id;
  job.entry.state = State::Created;
  TW_TRY(journal_.update(job.entry));
  engine_.totals_.jobs.push_back(id);
  tell(job, "was created with " + std::to_string(job.entry.tasks.size()) + " records");
  return {};
}

// Waiting.

Result<void> BatchEngine::Run::wait_for_all() {
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

std::optional<Error> BatchEngine::Run::stopped() const {
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

Result<void> BatchEngine::Run::look(Job& job) {
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

Result<void> BatchEngine::Run::judge(Job& job, const JobLook& look) {
  const bool is_news = look.word != job.word;
  job.word = look.word;
  job.processed = look.processed;
  if (look.phase != Phase::Unknown) job.unknown_since.reset();
  switch (look.phase) {
    case Phase::Waiting:
      return {};
    case Phase::Unknown:
      if (is_news) tell(job, "says \"" + look.word + "\", which is no status that we know");
      return wait_on_unknown(job);
    case Phase::Ended:
      return read(job);
    case Phase::Lost:
      return lost(job, look);
  }
  return {};
}

Result<void> BatchEngine::Run::wait_on_unknown(Job& job) {
  if (!job.unknown_since) job.unknown_since = options_.now();
  if (options_.now() - *job.unknown_since <= options_.unknown_max) return {};
  return tl::unexpected(error(job, "has a status that we do not know, \"" + job.word +
                                       "\"; a later run will look at it again"));
}

void BatchEngine::Run::report() {
  std::uint64_t processed = 0;
  std::string state;
  for (const Job& job : jobs_) {
    if (!job.is_open) continue;
    processed += std::min<std::uint64_t>(job.processed, job.wanted.size());
    if (state.empty()) state = job.word;
  }
  on_progress_({.state = state, .answered = told_ + processed, .tasks = tasks_.size()});
}

// Reading.

Result<void> BatchEngine::Run::read(Job& job) {
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
    engine_.totals_.answered += results.answered();
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

Result<void> BatchEngine::Run::finish(Job& job, const JobResults& results,
                                      const std::optional<Manifest>& manifest) {
  if (!results.is_ours()) {
    return lost(job, {.word = job.word, .message = "it has other records than ours"});
  }
  job.is_open = false;
  const model::Usage usage = results.usage(manifest);
  const model::Usd cost = results.cost(manifest);
  // What was not counted may, as far as we know, have cost all that was reserved.
  settle(job, results.is_counted(manifest) ? model::Amount{usage.total(), cost} : job.reserved);
  engine_.totals_.usage += usage;
  engine_.totals_.cost += cost;
  tell(job, "ended as " + job.word + ", " + results.summary());
  return leave_to_direct(job, results.unanswered({.kind = Kind::Unavailable,
                                                  .service = service_.service(),
                                                  .operation = "batch",
                                                  .message = "job " + job.entry.id + " ended as " +
                                                             job.word + " without it"}));
}

Result<void> BatchEngine::Run::leave_to_direct(const Job& job,
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
    ++engine_.totals_.failed;
    ++told_;
    TW_TRY(on_answer_(*unanswered[i].task, tl::unexpected(std::move(unanswered[i].failure))));
  }
  return {};
}

Result<void> BatchEngine::Run::lost(Job& job, const JobLook& look) {
  job.is_open = false;
  job.entry.state = State::Failed;
  settle(job, {});
  if (!first_lost_) {
    // By way of a failure's words: what a service wrote is cut and shown escaped.
    first_lost_ = model::to_error(
        {.service = service_.service(),
         .operation = "batch job " + job.entry.id + " ended",
         .code = look.word,
         .message = look.message.empty() ? std::string("the service says no more") : look.message});
  }
  return journal_.update(job.entry);
}

Result<void> BatchEngine::Run::ask_directly() {
  if (direct_.empty()) return {};
  const auto before = told_;
  const OnProgress on_progress = [&](const EngineProgress& progress) {
    on_progress_({progress.state, before + progress.answered, tasks_.size()});
  };
  return engine_.direct_.run(direct_, on_answer_, on_progress, stop_);
}

// Money.

model::Amount BatchEngine::Run::most(const std::vector<const Task*>& tasks) const {
  model::Amount sum;
  for (const Task* task : tasks) {
    const std::uint64_t input = model::input_bound(task->request);
    sum.tokens += input + task->request.max_tokens;
    if (price_) sum.cost += model::cost_bound(input, task->request.max_tokens, *price_);
  }
  return sum;
}

void BatchEngine::Run::settle(Job& job, const model::Amount& spent) {
  // A ledger that cannot be written leaves the reservation, which is the safe side.
  if (job.is_reserved) (void)options_.budget->settle(job.reserved, spent);
  job.is_reserved = false;
}

// The engine.

BatchEngine::BatchEngine(std::unique_ptr<BatchService> service, Journal& journal,
                         DirectEngine& direct, BatchOptions options)
    : service_(std::move(service)),
      journal_(journal),
      direct_(direct),
      options_(std::move(options)) {}

BatchEngine::~BatchEngine() = default;

Result<void> BatchEngine::run(std::span<const Task> tasks, const OnAnswer& on_answer,
                              const OnProgress& on_progress, const std::stop_token& stop) {
  return Run(*this, tasks, on_answer, on_progress, stop).run();
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

}  // namespace trailwarden::digest
