// The jobs of a run, in its journal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "inference/journal.h"

namespace trailwarden::inference {

struct JobEntry {
  enum class State : std::uint8_t {
    Ready,    // Everything is where the service finds it; it may have been told to create the job.
    Created,  // It was created; its output was not read whole.
    Done,     // Its output was read, and what lacked was asked for.
    Failed,   // There is no such job, or it ended without an answer.
  } state = State::Ready;
  std::size_t number = 0;
  std::string order{};  // BatchService::prepare().
  std::string id{};     // Of the service; empty until it is Created.
  std::vector<std::string> tasks{};
};

class JobJournal {
 public:
  // `journal` outlives it.
  explicit JobJournal(Journal& journal) : journal_(journal) {}

  // The run's name, made up once: a time, for a person, and 32 random bits.
  Result<std::string> run_name();
  // All jobs, in the order of their numbers. Error: Decode, the journal holds something else.
  Result<std::vector<JobEntry>> jobs() const;
  // Keeps a job's tasks, which stay the same, and then the job.
  Result<void> add(const JobEntry& entry);
  Result<void> update(const JobEntry& entry);

 private:
  Journal& journal_;
};

}  // namespace trailwarden::inference
