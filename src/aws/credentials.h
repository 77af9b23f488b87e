// Keys that sign requests, and who gives them.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "aws/failure.h"

namespace trailwarden::aws {

using SystemTime = std::chrono::system_clock::time_point;

// Never printed, never logged.
struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;          // Empty for long-term keys.
  std::optional<SystemTime> expires;  // Nothing: never.
  std::string account_id;             // Where the provider knows it.
};

// Something that can say keys. Safe for any number of threads.
class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;
  // Keys that are good now; may ask a network, a process or a file, and then takes its time.
  virtual Outcome<Credentials> get(const std::stop_token& stop) = 0;
  // AWS called these keys expired: the next get() asks anew, unless others did so meanwhile.
  virtual void discard(const Credentials& stale) = 0;
  // For messages: "environment", "profile audit, role arn:…", "IMDS".
  virtual std::string name() const = 0;
};

}  // namespace trailwarden::aws
