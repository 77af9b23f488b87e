// Asks a language model about cases that people were told of, beside the way of alerts: the first
// word never waits for it, and where it stays away nothing changes.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

#include "analyst/model_analyst.h"
#include "source/bell.h"
#include "store/store.h"
#include "watch/desk.h"
#include "watch/log.h"
#include "watch/metrics.h"

namespace trailwarden::watch {

struct ConsultantSetup {
  analyst::ModelAnalyst& analyst;
  Desk& desk;
  Metrics& metrics;
  Log& log;
  std::function<void()> told;  // There is something new to send.
  // A case is asked about when nothing was added to it for so long, or when it waited for so long.
  std::chrono::milliseconds quiet{3'000};
  std::chrono::milliseconds patience{30'000};
  // After a failure it is asked about again so much later; doubled each time, up to an hour.
  std::chrono::milliseconds pause{30'000};
  unsigned attempts_max = 12;
};

// Safe for any number of threads.
class Consultant {
 public:
  explicit Consultant(ConsultantSetup setup) : setup_(std::move(setup)) {}

  // Queues what an earlier run left in `store` without an answer. Error: the store's.
  Result<void> take_up(const store::Store& store, store::UnixMillis now);

  // The case is worth a question: a new one, or one that grew.
  void ask_about(const std::string& case_id);

  // Asks until a stop is requested, which also ends a question under way.
  void run(const std::stop_token& stop);
  // Asks about all that wait, now, once; returns when that is done.
  void finish(const std::stop_token& stop);

  std::size_t waiting() const;

 private:
  struct Waiting {
    source::SteadyTime since, due;
    unsigned attempts = 0;
  };

  bool ask(const std::string& case_id, const std::stop_token& stop);
  void ask_again_later(const std::string& case_id, Waiting waited);

  const ConsultantSetup setup_;
  source::Bell bell_;
  mutable std::mutex mutex_;
  std::map<std::string, Waiting> waiting_;
};

}  // namespace trailwarden::watch
