// What a job's output says, joined with the tasks that were asked.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "inference/batch_output.h"
#include "inference/engine.h"
#include "model/prices.h"

namespace trailwarden::inference {

// Of one job. The order of an output is not promised: records are joined by their ids.
class JobResults {
 public:
  // `asked`: ids of the job's records. `wanted`: those of them whose answers are to be told; the
  // others were told before. `price`: of the job, nothing where it is not known.
  JobResults(const std::vector<std::string>& asked, std::vector<const Task*> wanted,
             std::optional<model::Price> price);

  // Tells of an answer; keeps an error for later. Error: on_answer's.
  Result<void> add(BatchRecord record, const OnAnswer& on_answer);
  void add_unreadable() { ++unreadable_; }

  struct Unanswered {
    const Task* task;
    model::Failure failure;
  };
  // Those that have no answer, in the order of `wanted`. `missing`: the failure of those of which
  // the output says nothing.
  std::vector<Unanswered> unanswered(const model::Failure& missing) const;

  std::uint64_t answered() const { return answered_; }          // Told.
  bool is_ours() const { return known_ > 0 || unknown_ == 0; }  // False: another job's output.
  // Whether it is known what all answers used.
  bool is_counted(const std::optional<Manifest>& manifest) const {
    return uncounted_ == 0 || (manifest && manifest->input_tokens != 0);
  }
  // What all records used, told or not; by the manifest where it counted more.
  model::Usage usage(const std::optional<Manifest>& manifest) const;
  model::Usd cost(const std::optional<Manifest>& manifest) const;
  // "250 records: 240 answered, 6 with an error, 4 missing; besides, 1 came twice, …".
  std::string summary() const;

 private:
  enum class Seen : std::uint8_t { No, Answer, Error };
  struct Entry {
    const Task* task = nullptr;  // nullptr: told before.
    Seen seen = Seen::No;
    std::optional<model::Failure> failure{};
  };

  std::vector<const Task*> wanted_;
  std::optional<model::Price> price_;
  std::unordered_map<std::string, Entry, TextHash, std::equal_to<>> entries_;
  std::uint64_t known_ = 0, answered_ = 0, errors_ = 0;
  std::uint64_t unknown_ = 0, doubled_ = 0, unreadable_ = 0;
  std::uint64_t uncounted_ = 0;  // Answers that do not say what they used.
  model::Usage usage_{};
  model::Usd cost_{};
};

// What a call's price is in a batch job.
model::Price in_batch(model::Price price);

}  // namespace trailwarden::inference
