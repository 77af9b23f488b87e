// A service that answers many prompts as one job: what differs between Bedrock and Anthropic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "inference/batch_output.h"
#include "inference/engine.h"

namespace trailwarden::inference {

struct JobLimits {
  std::size_t records_min = 1;
  std::size_t records_max = 0;
  std::size_t bytes_max = 0;  // Of all records of a job with their line ends. They stay in memory.
};

// How a job is.
struct JobLook {
  enum class Phase : std::uint8_t {
    Waiting,  // It is queued, or works.
    Unknown,  // A word that we do not know.
    Ended,    // What it answered can be read.
    Lost,     // It ended without an answer.
  } phase = Phase::Waiting;
  std::string word{};           // As the service wrote it: "InProgress". Hostile text.
  std::string message{};        // The same.
  std::uint64_t processed = 0;  // Records.
};

// Which job of which run: "20261122t153000z-1a2b3c4d" and 0, 1, ….
struct JobName {
  std::string run{};  // [a-z0-9]+(-[a-z0-9]+)*, at most 32.
  std::size_t number = 0;
};

using OnLine = std::function<Result<void>(std::string_view line)>;

class BatchService {
 public:
  virtual ~BatchService() = default;

  virtual const std::string& service() const = 0;  // "Bedrock": as in model::Failure.
  virtual JobLimits limits() const = 0;

  // A record as it is sent: JSON, one line without its end.
  virtual std::string record(const Task& task) const = 0;

  // Brings the records to where create() finds them. What it gives is JSON of an object: all that
  // create(), recover() and read() need to know of the job, to be kept in the journal.
  virtual Result<std::string> prepare(const JobName& name, std::span<const std::string> records,
                                      const std::stop_token& stop) = 0;
  // Creates the job. A failure of kind Refused or Credentials says that there is none.
  virtual model::Outcome<std::string> create(const std::string& order,
                                             std::span<const std::string> records,
                                             const std::stop_token& stop) = 0;
  // The job of an `order` for which create() was called without our knowing how that ended.
  // Nothing: there is none. `known`: jobs that are others'.
  virtual model::Outcome<std::optional<std::string>> recover(const std::string& order,
                                                             std::span<const std::string> known,
                                                             const std::stop_token& stop) = 0;
  virtual model::Outcome<JobLook> look(const std::string& job, const std::stop_token& stop) = 0;
  // Tells of each line of an ended job's output. Error: the output cannot be read, or on_line's.
  virtual Result<std::optional<Manifest>> read(const std::string& order, const std::string& job,
                                               const OnLine& on_line,
                                               const std::stop_token& stop) = 0;
  // Error: Decode, no record.
  virtual Result<BatchRecord> parse(std::string_view line) const = 0;
};

}  // namespace trailwarden::inference
