#include "aws/retry.h"

namespace trailwarden::aws {
namespace {

using std::chrono::milliseconds;

// 2026-11-22T08:30:00Z
constexpr SystemTime kNow{std::chrono::seconds{1'795'336'200}};

net::Response with_field(const std::string& name, const std::string& value) {
  return {.status = 503, .headers = {{name, value}}, .body = {}};
}

TEST(Fault, OfAnswers) {
  struct Case {
    const char* code;
    unsigned status;
    Fault fault;
  };
  const Case cases[] = {
      {"ThrottlingException", 400, Fault::Throttled},
      {"SlowDown", 503, Fault::Throttled},
      {"ProvisionedThroughputExceededException", 400, Fault::Throttled},
      {"TransactionInProgressException", 400, Fault::Throttled},
      {"TransactionConflictException", 400, Fault::Throttled},
      {"TransactionCanceledException", 400, Fault::Permanent},
      {"KMSThrottling", 400, Fault::Throttled},
      {"AnyCode", 429, Fault::Throttled},
      {"InternalError", 500, Fault::Transient},
      {"InternalError", 200, Fault::Transient},
      {"ServiceUnavailable", 503, Fault::Transient},
      {"HTTP502", 502, Fault::Transient},
      {"HTTP504", 504, Fault::Transient},
      {"RequestTimeout", 400, Fault::Transient},
      {"IDPCommunicationError", 400, Fault::Transient},
      {"ExpiredToken", 400, Fault::StaleKeys},
      {"ExpiredTokenException", 400, Fault::StaleKeys},
      {"RequestTimeTooSkewed", 403, Fault::ClockSkew},
      {"SignatureDoesNotMatch", 403, Fault::ClockSkew},
      {"HTTP501", 501, Fault::Permanent},
      {"AccessDenied", 403, Fault::Permanent},
      {"InvalidClientTokenId", 403, Fault::Permanent},
      {"UnrecognizedClientException", 400, Fault::Permanent},
      {"LimitExceededException", 400, Fault::Permanent},
      {"NoSuchKey", 404, Fault::Permanent},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(fault_of(c.code, c.status), c.fault) << c.code << " " << c.status;
  }
}

TEST(Fault, OfExchangesWithoutAnswer) {
  using Kind = net::Failure::Kind;
  for (const Kind kind : {Kind::Resolve, Kind::Connect, Kind::Timeout, Kind::Broken}) {
    EXPECT_EQ(fault_of(net::Failure{kind, true, ""}), Fault::Transient);
  }
  for (const Kind kind : {Kind::Tls, Kind::TooLarge, Kind::Cancelled}) {
    EXPECT_EQ(fault_of(net::Failure{kind, true, ""}), Fault::Permanent);
  }
}

TEST(Backoff, IsARandomPartOfADoublingSecond) {
  EXPECT_EQ(backoff(1, 0.0, {}), milliseconds(0));
  EXPECT_EQ(backoff(1, 0.5, {}), milliseconds(500));
  EXPECT_EQ(backoff(2, 0.5, {}), milliseconds(1'000));
  EXPECT_EQ(backoff(5, 0.5, {}), milliseconds(8'000));
  EXPECT_EQ(backoff(6, 0.5, {}), milliseconds(10'000));
  EXPECT_EQ(backoff(4'000'000'000, 0.5, {}), milliseconds(10'000));
}

TEST(Backoff, IsAtLeastWhatTheServerAsks) {
  EXPECT_EQ(backoff(1, 0.5, milliseconds(3'000)), milliseconds(3'000));
  EXPECT_EQ(backoff(3, 0.9, milliseconds(3'000)), milliseconds(3'600));
}

TEST(RetryQuota, EndsAndComesBack) {
  RetryQuota quota;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(quota.take(RetryQuota::kRetryCost));
  EXPECT_FALSE(quota.take(1));
  quota.give_back(RetryQuota::kRetryCost);
  EXPECT_FALSE(quota.take(RetryQuota::kTimeoutCost));
  for (int i = 0; i < 5; ++i) quota.reward();
  EXPECT_TRUE(quota.take(RetryQuota::kTimeoutCost));
  quota.give_back(100'000);
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(quota.take(RetryQuota::kTimeoutCost));
  EXPECT_FALSE(quota.take(1));
}

TEST(RetryAfter, ReadsSecondsDatesAndMilliseconds) {
  const auto asked = [](const char* name, const char* value) {
    return retry_after(with_field(name, value), kNow);
  };
  EXPECT_EQ(asked("Retry-After", "3"), milliseconds(3'000));
  EXPECT_EQ(asked("retry-after", "0"), milliseconds(0));
  EXPECT_EQ(asked("Retry-After", "3600"), milliseconds(20'000));
  EXPECT_EQ(asked("Retry-After", "9223372036854775807"), milliseconds(20'000));
  EXPECT_EQ(asked("Retry-After", "Sun, 22 Nov 2026 08:30:04 GMT"), milliseconds(4'000));
  EXPECT_EQ(asked("Retry-After", "Sun, 22 Nov 2026 08:00:00 GMT"), milliseconds(0));
  EXPECT_EQ(asked("x-amz-retry-after", "1500"), milliseconds(1'500));
  for (const char* nonsense : {"", "soon", "-1", "1.5", "99999999999999999999"}) {
    EXPECT_EQ(asked("Retry-After", nonsense), std::nullopt) << nonsense;
  }
  EXPECT_EQ(asked("Date", "3"), std::nullopt);
}

TEST(ClockSkew, IsFiveMinutesOrMore) {
  const auto skew = [](const char* date) { return clock_skew(with_field("Date", date), kNow); };
  EXPECT_EQ(skew("Sun, 22 Nov 2026 09:30:00 GMT"), milliseconds(3'600'000));
  EXPECT_EQ(skew("Sun, 22 Nov 2026 07:30:00 GMT"), milliseconds(-3'600'000));
  EXPECT_EQ(skew("Sun, 22 Nov 2026 08:35:00 GMT"), milliseconds(300'000));
  EXPECT_EQ(skew("Sun, 22 Nov 2026 08:34:59 GMT"), std::nullopt);
  EXPECT_EQ(skew("now"), std::nullopt);
}

}  // namespace
}  // namespace trailwarden::aws
