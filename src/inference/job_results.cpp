#include "inference/job_results.h"

#include <algorithm>

namespace trailwarden::inference {
namespace {

// What the manifest counted more than the records say.
model::Usage excess(const model::Usage& records, const std::optional<Manifest>& manifest) {
  if (!manifest) return {};
  const std::uint64_t input = records.input + records.cache_read + records.cache_write;
  return {.input = manifest->input_tokens - std::min(manifest->input_tokens, input),
          .output = manifest->output_tokens - std::min(manifest->output_tokens, records.output)};
}

}  // namespace

model::Price in_batch(model::Price price) {
  price.input *= price.batch;
  price.output *= price.batch;
  price.cache_read *= price.batch;
  price.cache_write *= price.batch;
  return price;
}

JobResults::JobResults(const std::vector<std::string>& asked, std::vector<const Task*> wanted,
                       std::optional<model::Price> price)
    : wanted_(std::move(wanted)), price_(price) {
  for (const std::string& id : asked) entries_.try_emplace(id);
  for (const Task* task : wanted_) entries_[task->id].task = task;
}

Result<void> JobResults::add(BatchRecord record, const OnAnswer& on_answer) {
  // Whatever it is, somebody pays for it.
  if (record.reply && record.reply->usage) {
    usage_ += *record.reply->usage;
    if (price_) cost_ += model::cost_of(*record.reply->usage, *price_);
  }
  if (record.reply && !record.reply->usage) ++uncounted_;
  const auto found = entries_.find(record.id);
  if (found == entries_.end()) {
    ++unknown_;
    return {};
  }
  Entry& entry = found->second;
  ++known_;
  // The first answer counts; an answer counts more than an error.
  if (entry.seen == Seen::Answer || (entry.seen == Seen::Error && !record.reply)) {
    ++doubled_;
    return {};
  }
  if (entry.seen == Seen::Error) {
    ++doubled_;
    --errors_;
  }
  if (!record.reply) {
    ++errors_;
    entry.seen = Seen::Error;
    entry.failure = std::move(record.reply).error();
    return {};
  }
  entry.seen = Seen::Answer;
  if (entry.task == nullptr) return {};
  ++answered_;
  return on_answer(*entry.task, std::move(record.reply));
}

std::vector<JobResults::Unanswered> JobResults::unanswered(const model::Failure& missing) const {
  std::vector<Unanswered> result;
  for (const Task* task : wanted_) {
    const Entry& entry = entries_.find(task->id)->second;
    if (entry.seen == Seen::Answer) continue;
    result.push_back({task, entry.failure.value_or(missing)});
  }
  return result;
}

model::Usage JobResults::usage(const std::optional<Manifest>& manifest) const {
  model::Usage all = usage_;
  all += excess(usage_, manifest);
  return all;
}

model::Usd JobResults::cost(const std::optional<Manifest>& manifest) const {
  if (!price_) return {};
  // By the price of short prompts: the manifest does not tell one record from another.
  model::Price price = *price_;
  price.long_from = 0;
  return cost_ + model::cost_of(excess(usage_, manifest), price);
}

std::string JobResults::summary() const {
  std::uint64_t missing = 0;
  for (const auto& [id, entry] : entries_) missing += entry.seen == Seen::No ? 1 : 0;
  const std::uint64_t answers = entries_.size() - missing - errors_;
  std::string line = std::to_string(entries_.size()) + " records: " + std::to_string(answers) +
                     " answered, " + std::to_string(errors_) + " with an error, " +
                     std::to_string(missing) + " missing";
  const auto besides = [&](std::uint64_t count, const char* what) {
    if (count != 0) line += "; " + std::to_string(count) + what;
  };
  besides(doubled_, " came again");
  besides(unknown_, " of other ids");
  besides(unreadable_, " unreadable lines");
  return line;
}

}  // namespace trailwarden::inference
