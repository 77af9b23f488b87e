// A run of batch jobs, from the first to the last step. Only for batch_*.cpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "inference/batch_engine.h"
#include "inference/job_journal.h"
#include "inference/job_results.h"

namespace trailwarden::inference {

// One run of a BatchEngine: what is known of its jobs while it lasts. Its steps stand in the order
// in which they are taken: jobs are found again or begun, waited for and read; what lacks is asked.
class BatchRun {
 public:
  // What a run needs of its engine.
  struct Parts {
    BatchService& service;
    Journal& journal;
    DirectEngine& direct;
    const BatchOptions& options;
    EngineTotals& totals;  // Of jobs.
  };

  BatchRun(const Parts& parts, std::span<const Task> tasks, const OnAnswer& on_answer,
           const OnProgress& on_progress, const std::stop_token& stop);

  Result<void> run();

 private:
  struct Job {
    JobEntry entry;
    std::vector<const Task*> wanted{};  // Of this run's tasks.
    model::Amount reserved{};
    bool is_reserved = false;
    bool is_open = true;
    std::string word{};  // Its latest status; plain.
    std::uint64_t processed = 0;
    unsigned look_failures = 0;
    std::optional<std::chrono::steady_clock::time_point> unknown_since{};
  };

  // batch_begin.cpp
  Result<void> find_again();
  Result<void> find_again(Job& job, std::span<const std::string> known);
  Result<void> begin(const std::vector<const Task*>& rest);
  Result<void> reserve(std::vector<Job>& jobs);
  Result<void> begin_all(std::vector<Job>& jobs, std::span<const std::string> records);
  Result<void> begin(Job& job, std::span<const std::string> records);
  Result<void> create(Job& job, std::span<const std::string> records);
  Result<void> created(Job& job, const std::string& id);
  std::vector<const Task*> tasks_of(const JobEntry& entry) const;
  std::vector<const Task*> tasks_without_job() const;
  model::Amount most(const std::vector<const Task*>& tasks) const;

  // batch_wait.cpp
  Result<void> wait_for_all();
  Result<void> look(Job& job);
  Result<void> judge(Job& job, const JobLook& look);
  Result<void> wait_on_unknown(Job& job);
  Result<void> lost(Job& job, const JobLook& look);
  std::optional<Error> stopped() const;
  void report();

  // batch_read.cpp
  Result<void> read(Job& job);
  Result<void> finish(Job& job, const JobResults& results, const std::optional<Manifest>& manifest);
  Result<void> leave_to_direct(const Job& job, std::vector<JobResults::Unanswered> unanswered);
  Result<void> ask_directly();

  // batch_run.cpp
  void settle(Job& job, const model::Amount& spent);
  void tell(const Job& job, const std::string& what) const;
  Error error(const Job& job, const std::string& what) const;

  BatchService& service_;
  DirectEngine& direct_engine_;
  const BatchOptions& options_;
  EngineTotals& totals_;
  JobJournal journal_;
  std::span<const Task> tasks_;
  const OnAnswer& on_answer_;
  const OnProgress& on_progress_;
  const std::stop_token& stop_;
  const std::string name_;               // "Bedrock batch job ".
  std::optional<model::Price> price_{};  // In a job.
  std::vector<Job> jobs_{};
  std::size_t next_number_ = 0;
  std::vector<Task> direct_{};  // To be asked by calls of their own.
  std::uint64_t told_ = 0;
  std::optional<Error> first_lost_{};
};

}  // namespace trailwarden::inference
