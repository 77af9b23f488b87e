// Failures as aws::Client reports them.
#pragma once

#include <string>
#include <utility>

#include "aws/failure.h"

namespace trailwarden::source {

inline aws::Failure failure_of(aws::Failure::Kind kind, std::string code = {}) {
  aws::Failure failure;
  failure.kind = kind;
  failure.code = std::move(code);
  failure.attempts = 1;
  return failure;
}

inline aws::Failure refused(std::string code) {
  return failure_of(aws::Failure::Kind::Refused, std::move(code));
}

}  // namespace trailwarden::source
