#include "model/failure.h"

#include <algorithm>
#include <string_view>

namespace trailwarden::model {
namespace {

constexpr std::size_t kWordsMax = 300;

// A service's words may carry what an attacker chose: nothing of them moves a terminal's cursor.
std::string on_one_line(std::string_view text) {
  std::string line(text.substr(0, kWordsMax));
  std::replace_if(
      line.begin(), line.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  return text.size() > kWordsMax ? line + "..." : line;
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
  std::string line = failure.service;
  if (!failure.operation.empty()) line += (line.empty() ? "" : " ") + failure.operation;
  for (const std::string& part : {failure.code, failure.message}) {
    if (!part.empty()) line += (line.empty() ? "" : ": ") + on_one_line(part);
  }
  std::string details;
  const auto add = [&details](const std::string& text) {
    details += (details.empty() ? "" : ", ") + text;
  };
  if (failure.status != 0) add("HTTP " + std::to_string(failure.status));
  if (!failure.request_id.empty()) add("request " + on_one_line(failure.request_id));
  if (failure.attempts > 1) add(std::to_string(failure.attempts) + " attempts");
  return details.empty() ? line : line + " (" + details + ")";
}

Error to_error(const Failure& failure) { return {ErrorCode::Io, to_string(failure), {}}; }

}  // namespace trailwarden::model
