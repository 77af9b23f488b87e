// Why a language model gave no answer: enough for code to act on and for a person to ask the
// service about.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "base/result.h"

namespace trailwarden::model {

struct Failure {
  enum class Kind : std::uint8_t {
    Refused,      // The service answered with an error that asking again does not change.
    Throttled,    // Too many questions for the service; nothing was done.
    Unavailable,  // The service, or the way to it, is in trouble.
    Unreadable,   // An answer that does not say what its service promises.
    Credentials,  // No key, or one that the service does not take.
    Late,         // The time that the caller gave is over.
    OverBudget,   // It could have cost more than the budget has left; nothing was asked.
    Resting,      // It failed too often of late: it is not asked for a while.
    Cancelled,    // A stop was requested.
  } kind = Kind::Refused;
  std::string service{};    // "Bedrock", "Anthropic", "OpenAI".
  std::string operation{};  // "Converse", "messages", "chat/completions".
  std::string code{};       // As the service names it; empty where it did not answer.
  std::string message{};    // Its words or ours: hostile text.
  std::string request_id{};
  unsigned status = 0;          // HTTP status; 0 without an answer.
  unsigned attempts = 0;        // How often it was asked.
  bool worth_retrying = false;  // Whether the same question may be answered soon.
  bool may_be_billed = false;   // Whether the model may have worked for nothing.
  std::optional<std::chrono::milliseconds> server_asks{};  // To wait so long.
};

template <class T>
using Outcome = tl::expected<T, Failure>;

// "throttled", "over budget": one or two words for metrics and logs.
std::string_view to_string(Failure::Kind kind);
// One line: "Anthropic messages: overloaded_error: Overloaded (HTTP 529, request req_…, 3
// attempts)". What the service wrote is cut at 300 characters and shown escaped.
std::string to_string(const Failure& failure);
// The same as an Error of code Io.
Error to_error(const Failure& failure);

}  // namespace trailwarden::model
