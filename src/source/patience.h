// Asking again, for as long as there is hope.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

#include "aws/s3.h"

namespace trailwarden::source {

// What the client gave up on is asked again after longer and longer pauses, so that an outage of
// some seconds does not end a run of hours.
class Patience {
 public:
  Patience(unsigned rounds, std::chrono::milliseconds pause, std::stop_token stop)
      : rounds_(rounds), pause_(pause), stop_(std::move(stop)) {}

  using Ask = std::function<aws::Outcome<aws::Object>(const std::stop_token& stop)>;
  // The first answer, be it a refusal; or the last failure to get one.
  aws::Outcome<aws::Object> ask(const Ask& ask) const;

 private:
  unsigned rounds_;
  std::chrono::milliseconds pause_;
  std::stop_token stop_;
};

// Whether another try might succeed: AWS did not answer, or did not want to just then.
bool is_passing(const aws::Failure& failure);

}  // namespace trailwarden::source
