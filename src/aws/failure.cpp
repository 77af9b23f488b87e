#include "aws/failure.h"

#include <algorithm>
#include <utility>

namespace trailwarden::aws {
namespace {

// AWS's words may carry what an attacker chose: nothing of them moves a terminal's cursor.
std::string on_one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  return line;
}

}  // namespace

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

}  // namespace trailwarden::aws
