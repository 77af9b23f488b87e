// What AWS, or the way to it, refused: enough for code to act on and for a person to ask AWS about.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "base/result.h"

namespace trailwarden::aws {

struct Failure {
  enum class Kind : std::uint8_t {
    Refused,      // AWS answered with an error that trying again does not change.
    Exhausted,    // It could be tried again, and was, until attempts or time ran out.
    Credentials,  // No credentials, or they could not be had or renewed.
    Unreachable,  // No answer: names, connections, TLS, timeouts.
    Unreadable,   // An answer that does not say what its service promises.
    Cancelled,    // A stop was requested.
  } kind = Kind::Refused;
  std::string service;    // "S3"; empty where no service was asked yet.
  std::string operation;  // "GetObject".
  std::string code;       // "NoSuchKey", as AWS names it; empty where AWS did not answer.
  std::string message;    // AWS's words or ours: hostile text, one line.
  std::string request_id;
  unsigned status = 0;             // HTTP status; 0 without an answer.
  unsigned attempts = 0;           // How often it was tried.
  std::string bucket_region = {};  // S3: where the bucket is, when the answer said so.
  // DynamoDB: what kept each item of a transaction from being written, in their order: "None",
  // "ConditionalCheckFailed", "TransactionConflict", …
  std::vector<std::string> reasons = {};
};

template <class T>
using Outcome = tl::expected<T, Failure>;

// One line: "S3 GetObject: NoSuchKey: The specified key does not exist (HTTP 404, request 7F…, 1
// attempt)". Control characters are shown escaped.
std::string to_string(const Failure& failure);
// The same as an Error of code Io.
Error to_error(const Failure& failure);

}  // namespace trailwarden::aws
