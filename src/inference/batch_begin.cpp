#include <unordered_set>

#include "inference/batch_run.h"
#include "inference/job_plan.h"

namespace trailwarden::inference {
namespace {

using Kind = model::Failure::Kind;
using State = JobEntry::State;

// Whether the service was, or may have been, told to create the job.
bool may_exist(const JobEntry& entry) {
  return entry.state == State::Created || (entry.state == State::Ready && !entry.order.empty());
}

}  // namespace

Result<void> BatchRun::find_again() {
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
    totals_.jobs.push_back(job.entry.id);
    tell(job, "is an earlier run's; it is not created again");
    jobs_.push_back(std::move(job));
  }
  return {};
}

Result<void> BatchRun::find_again(Job& job, std::span<const std::string> known) {
  if (job.entry.state == State::Created) return {};
  const auto found = service_.recover(job.entry.order, known, stop_);
  if (!found) return tl::unexpected(model::to_error(found.error()));
  job.entry.state = *found ? State::Created : State::Failed;
  job.entry.id = found->value_or("");
  return journal_.update(job.entry);
}

std::vector<const Task*> BatchRun::tasks_of(const JobEntry& entry) const {
  const std::unordered_set<std::string_view> ids(entry.tasks.begin(), entry.tasks.end());
  std::vector<const Task*> result;
  for (const Task& task : tasks_) {
    if (ids.contains(task.id)) result.push_back(&task);
  }
  return result;
}

std::vector<const Task*> BatchRun::tasks_without_job() const {
  std::unordered_set<std::string_view> taken;
  for (const Job& job : jobs_) taken.insert(job.entry.tasks.begin(), job.entry.tasks.end());
  std::vector<const Task*> result;
  for (const Task& task : tasks_) {
    if (!taken.contains(task.id)) result.push_back(&task);
  }
  return result;
}

// New jobs.

Result<void> BatchRun::begin(const std::vector<const Task*>& rest) {
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
Result<void> BatchRun::reserve(std::vector<Job>& jobs) {
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

Result<void> BatchRun::begin_all(std::vector<Job>& jobs, std::span<const std::string> records) {
  for (Job& job : jobs) {
    TW_TRY(begin(job, records.first(job.wanted.size())));
    records = records.subspan(job.wanted.size());
  }
  return {};
}

Result<void> BatchRun::begin(Job& job, std::span<const std::string> records) {
  const std::string run = TW_TRY(journal_.run_name());
  job.entry.order = TW_TRY(service_.prepare({run, job.entry.number}, records, stop_));
  TW_TRY(journal_.add(job.entry));
  return create(job, records);
}

Result<void> BatchRun::create(Job& job, std::span<const std::string> records) {
  const auto id = service_.create(job.entry.order, records, stop_);
  if (id) return created(job, *id);
  if (id.error().kind == Kind::Refused || id.error().kind == Kind::Credentials) {
    job.entry.state = State::Failed;
    TW_TRY(journal_.update(job.entry));
  }
  return tl::unexpected(model::to_error(id.error()));
}

Result<void> BatchRun::created(Job& job, const std::string& id) {
  job.entry.id = id;
  job.entry.state = State::Created;
  TW_TRY(journal_.update(job.entry));
  totals_.jobs.push_back(id);
  tell(job, "was created with " + std::to_string(job.entry.tasks.size()) + " records");
  return {};
}

model::Amount BatchRun::most(const std::vector<const Task*>& tasks) const {
  model::Amount sum;
  for (const Task* task : tasks) {
    const std::uint64_t input = model::input_bound(task->request);
    sum.tokens += input + task->request.max_tokens;
    if (price_) sum.cost += model::cost_bound(input, task->request.max_tokens, *price_);
  }
  return sum;
}

}  // namespace trailwarden::inference
