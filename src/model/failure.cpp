#include "model/failure.h"

#include <string_view>

#include "aws/failure.h"

namespace trailwarden::model {
namespace {

constexpr std::size_t kWordsMax = 300;

std::string cut(std::string_view text) {
  std::string words(text.substr(0, kWordsMax));
  return text.size() > kWordsMax ? words + "..." : words;
}

}  // namespace

std::string_view to_string(Failure::Kind kind) {
  switch (kind) {
    case Failure::Kind::Refused:
      return "refused";
    case Failure::Kind::Throttled:
      return "throttled";
    case Failure::Kind::Unavailable:
      return "unavailable";
    case Failure::Kind::Unreadable:
      return "unreadable";
    case Failure::Kind::Credentials:
      return "credentials";
    case Failure::Kind::Late:
      return "late";
    case Failure::Kind::OverBudget:
      return "over budget";
    case Failure::Kind::Resting:
      return "resting";
    case Failure::Kind::Cancelled:
      return "cancelled";
  }
  return {};
}

std::string to_string(const Failure& failure) {
  return aws::to_string({.service = failure.service,
                         .operation = failure.operation,
                         .code = cut(failure.code),
                         .message = cut(failure.message),
                         .request_id = cut(failure.request_id),
                         .status = failure.status,
                         .attempts = failure.attempts});
}

Error to_error(const Failure& failure) { return {ErrorCode::Io, to_string(failure), {}}; }

}  // namespace trailwarden::model
