// AWS Lambda's runtime API: takes an invocation, gives back what it came to. Plain HTTP on the
// sandbox's own address, without a proxy.
// Source of fact: AWS Lambda Developer Guide, "Using the Lambda runtime API".
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"

namespace trailwarden::lambda {

struct Invocation {
  std::string id;
  std::string payload;  // The event, as JSON.
  std::chrono::system_clock::time_point deadline;
};

// One thread.
class Runtime {
 public:
  // `address`: AWS_LAMBDA_RUNTIME_API, "127.0.0.1:9001".
  explicit Runtime(std::string_view address);

  // Waits for the next invocation, for hours if need be. Nothing: a stop was requested. Error: the
  // runtime API cannot be had; there is no going on.
  Result<std::optional<Invocation>> next(const std::stop_token& stop);
  // Error: as above. What Lambda finds too large is reported as a failed invocation instead.
  Result<void> respond(const Invocation& invocation, std::string body);
  // `type`: "Trailwarden.Undelivered". Lambda then does what its event source does with failures.
  Result<void> fail(const Invocation& invocation, std::string_view type, std::string_view message);
  // Before the first next(): the function cannot begin.
  Result<void> fail_to_begin(std::string_view message);

 private:
  Result<net::Response> ask(std::string_view method, const std::string& path, std::string body,
                            std::string_view error_type, std::chrono::milliseconds silence,
                            const std::stop_token& stop);

  std::string base_;
  net::Client http_;
};

}  // namespace trailwarden::lambda
