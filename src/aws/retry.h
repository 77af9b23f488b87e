// The SDKs' standard retry mode: what may be tried again, when, and how often over all calls of a
// client. Source of fact: AWS SDKs and Tools Reference Guide, "Retry behavior"; botocore's
// retries/standard.py. No clock and no randomness of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "aws/credentials.h"
#include "net/http.h"

namespace trailwarden::aws {

// What went wrong with one exchange, as far as trying again is concerned.
enum class Fault : std::uint8_t {
  Permanent,  // Trying again gives the same answer.
  Throttled,  // Nothing was done; later it may be.
  Transient,  // It may or may not have been done; later it may work.
  ClockSkew,  // Nothing was done: the server's clock tells another time than ours.
  StaleKeys,  // Nothing was done: the credentials are over.
};

// By an answer's error code and its HTTP status.
Fault fault_of(std::string_view code, unsigned status);
// By an exchange without an answer. Not for Cancelled.
Fault fault_of(const net::Failure& failure);

// What retries may cost before they become a burden to a service in trouble. Safe for any number of
// threads.
class RetryQuota {
 public:
  static constexpr unsigned kCapacity = 500;
  static constexpr unsigned kRetryCost = 5;
  static constexpr unsigned kTimeoutCost = 10;

  // Takes `cost` if that much is left.
  bool take(unsigned cost);
  void give_back(unsigned cost);
  // Success at the first attempt.
  void reward() { give_back(1); }

 private:
  std::mutex mutex_;
  unsigned left_ = kCapacity;
};

// How long to wait before retry number `retry` (1, 2, …): `random` in [0, 1) of min(2^(retry-1),
// 20) seconds, or longer if the server asked for it.
std::chrono::milliseconds backoff(unsigned retry, double random,
                                  std::optional<std::chrono::milliseconds> server_asks);

// What Retry-After (seconds or a date) or x-amz-retry-after (milliseconds) ask for, at most 20
// seconds: a longer wish is the caller's matter, who would rather know than hang.
std::optional<std::chrono::milliseconds> retry_after(const net::Response& response, SystemTime now);

// How far the server's clock (the Date field) is ahead of `now`, if by five minutes or more.
std::optional<std::chrono::milliseconds> clock_skew(const net::Response& response, SystemTime now);

}  // namespace trailwarden::aws
