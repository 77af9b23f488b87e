#include "aws/retry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "aws/http_date.h"

namespace trailwarden::aws {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBackoffMax{20'000};
constexpr milliseconds kSkewMin{300'000};  // Services accept five minutes.

// LimitExceededException is left out: botocore has it, but in the services used here it is a quota.
constexpr auto kThrottling = std::to_array<std::string_view>(
    {"Throttling", "ThrottlingException", "ThrottledException", "Throttled", "RequestThrottled",
     "RequestThrottledException", "TooManyRequestsException", "TooManyRequests",
     "ProvisionedThroughputExceededException", "TransactionInProgressException",
     "TransactionConflictException", "RequestLimitExceeded", "BandwidthLimitExceeded", "SlowDown",
     "PriorRequestNotComplete", "EC2ThrottledException", "KMSThrottling", "KMSThrottlingException",
     "KmsThrottled"});
// The first three also stand in S3's answers of status 200.
constexpr auto kTransient = std::to_array<std::string_view>(
    {"InternalError", "ServiceUnavailable", "InternalFailure", "RequestTimeout",
     "RequestTimeoutException", "IDPCommunicationError", "IDPCommunicationErrorException",
     "ConditionalRequestConflict", "OperationAborted"});
constexpr auto kClockSkew = std::to_array<std::string_view>(
    {"AuthFailure", "InvalidSignatureException", "RequestExpired", "RequestInTheFuture",
     "RequestTimeTooSkewed", "SignatureDoesNotMatch", "Forbidden"});
constexpr auto kStaleKeys =
    std::to_array<std::string_view>({"ExpiredToken", "ExpiredTokenException"});

bool contains(const auto& codes, std::string_view code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

milliseconds bounded(std::int64_t milliseconds_asked) {
  return milliseconds(std::min<std::int64_t>(milliseconds_asked, kBackoffMax.count()));
}

}  // namespace

Fault fault_of(std::string_view code, unsigned status) {
  if (contains(kThrottling, code) || status == 429) return Fault::Throttled;
  if (contains(kStaleKeys, code)) return Fault::StaleKeys;
  if (contains(kClockSkew, code)) return Fault::ClockSkew;
  const bool is_server_error = status == 500 || status == 502 || status == 503 || status == 504;
  return is_server_error || contains(kTransient, code) ? Fault::Transient : Fault::Permanent;
}

Fault fault_of(const net::Failure& failure) {
  switch (failure.kind) {
    case net::Failure::Kind::Resolve:
    case net::Failure::Kind::Connect:
    case net::Failure::Kind::Timeout:
    case net::Failure::Kind::Broken:
      return Fault::Transient;
    default:
      return Fault::Permanent;
  }
}

bool RetryQuota::take(unsigned cost) {
  const std::lock_guard lock(mutex_);
  if (left_ < cost) return false;
  left_ -= cost;
  return true;
}

void RetryQuota::give_back(unsigned cost) {
  const std::lock_guard lock(mutex_);
  left_ = std::min(left_ + cost, kCapacity);
}

milliseconds backoff(unsigned retry, double random, std::optional<milliseconds> server_asks) {
  const double seconds = std::min(std::exp2(static_cast<double>(retry) - 1), 20.0);
  const milliseconds ours(std::llround(random * seconds * 1000));
  return server_asks ? std::max(ours, *server_asks) : ours;
}

std::optional<milliseconds> retry_after(const net::Response& response, SystemTime now) {
  if (const std::string* text = response.header("x-amz-retry-after"); text != nullptr) {
    if (const auto asked = whole_number(*text)) return bounded(*asked);
  }
  const std::string* text = response.header("retry-after");
  if (text == nullptr) return std::nullopt;
  if (const auto seconds = whole_number(*text)) {
    return bounded(std::min<std::int64_t>(*seconds, kBackoffMax.count()) * 1000);
  }
  const auto date = parse_http_date(*text);
  if (!date) return std::nullopt;
  const auto wait = std::chrono::duration_cast<milliseconds>(*date - now);
  return bounded(std::max<std::int64_t>(wait.count(), 0));
}

std::optional<milliseconds> clock_skew(const net::Response& response, SystemTime now) {
  const std::string* text = response.header("date");
  const auto date = text == nullptr ? std::nullopt : parse_http_date(*text);
  if (!date) return std::nullopt;
  const auto skew = std::chrono::duration_cast<milliseconds>(*date - now);
  if (skew < kSkewMin && skew > -kSkewMin) return std::nullopt;
  return skew;
}

}  // namespace trailwarden::aws
