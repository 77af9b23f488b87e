// The small parts of sinks that talk to somebody; whole exchanges are tested by tests/sink.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "sample.h"
#include "sink/hmac.h"
#include "sink/http_outcome.h"
#include "sink/ocsf.h"
#include "sink/sns.h"
#include "sink/webhook.h"

namespace trailwarden::sink {
namespace {

using std::chrono::milliseconds;

// RFC 4231, test cases 1, 2, 6 and 7.
TEST(Hmac, Rfc4231) {
  EXPECT_EQ(hmac_sha256_hex(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hmac_sha256_hex(std::string(131, '\xaa'),
                            "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(hmac_sha256_hex(std::string(131, '\xaa'),
                            "This is a test using a larger than block-size key and a larger than "
                            "block-size data. The key needs to be hashed before being used by the "
                            "HMAC algorithm."),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

// The worked example of docs/SINKS.md.
TEST(Webhook, SignatureOfTheManual) {
  EXPECT_EQ(webhook_signature("s3cr3t", "1772503869", R"({"key":"k1"})"),
            "v1=" + hmac_sha256_hex("s3cr3t", R"(v1:1772503869:{"key":"k1"})"));
  EXPECT_EQ(webhook_signature("s3cr3t", "1772503869", R"({"key":"k1"})"),
            "v1=db18c0213b47afc0bf57422220708c7c1086c413aaa833522ae43e25123fb704");
}

TEST(Webhook, NamesHoldNoPathAndNoQuery) {
  const auto name = [](const char* url) { return webhook_name(*net::parse_url(url)); };
  EXPECT_EQ(name("https://example.com"), "webhook:https://example.com");
  const std::string secret = name("https://example.com:8443/hooks/very-secret?key=x");
  EXPECT_TRUE(secret.starts_with("webhook:https://example.com:8443/#")) << secret;
  EXPECT_EQ(secret.find("secret"), std::string::npos);
  EXPECT_NE(secret, name("https://example.com:8443/hooks/other"));
}

TEST(HttpOutcome, WithoutAnAnswer) {
  using Kind = net::Failure::Kind;
  EXPECT_TRUE(std::holds_alternative<Postponed>(
      outcome_of(net::Failure{.kind = Kind::Connect, .sent = false, .message = "refused"})));
  EXPECT_TRUE(std::holds_alternative<InDoubt>(
      outcome_of(net::Failure{.kind = Kind::Timeout, .sent = true, .message = "silent"})));
  EXPECT_TRUE(std::holds_alternative<Postponed>(
      outcome_of(net::Failure{.kind = Kind::Cancelled, .sent = false, .message = "stop"})));
}

TEST(HttpOutcome, RetryAfter) {
  const auto asked = [](std::string value) {
    const net::Response response{503, {{"retry-after", std::move(value)}}, ""};
    return retry_after(response, aws::SystemTime(std::chrono::seconds(784111777)));
  };
  EXPECT_EQ(asked("30"), milliseconds(30'000));
  EXPECT_EQ(asked("0"), milliseconds(0));
  EXPECT_EQ(asked("86400"), milliseconds(3'600'000));
  EXPECT_EQ(asked("99999999999"), milliseconds(3'600'000));
  EXPECT_EQ(asked("Sun, 06 Nov 1994 08:50:37 GMT"), milliseconds(60'000));
  EXPECT_EQ(asked("Sun, 06 Nov 1994 08:00:00 GMT"), milliseconds(0));
  for (const char* odd : {"", "-1", "1.5", "soon", "1 "})
    EXPECT_EQ(asked(odd), std::nullopt) << odd;
  EXPECT_EQ(retry_after(net::Response{503, {}, ""}, {}), std::nullopt);
}

TEST(Sns, RegionOfATopic) {
  EXPECT_EQ(region_of_topic("arn:aws:sns:eu-central-1:111122223333:alerts"), "eu-central-1");
  EXPECT_EQ(region_of_topic("arn:aws-cn:sns:cn-north-1:111122223333:a.fifo"), "cn-north-1");
  for (const char* odd : {"", "alerts", "arn:aws:sqs:eu-central-1:111122223333:q",
                          "arn:aws:sns:eu-central-1:1111:alerts", "arn:aws:sns::111122223333:a",
                          "arn:aws:sns:eu-central-1:111122223333:alerts:subscription"}) {
    EXPECT_EQ(region_of_topic(odd), "") << odd;
  }
}

boost::json::object published(const Notice& notice, std::string_view topic) {
  return sns_message({.notice = notice, .key = "k1", .thread = ""}, topic);
}

TEST(Sns, AFifoTopicHasGroupAndKey) {
  const Notice notice = sample_notice();
  const auto plain = published(notice, "arn:aws:sns:eu-central-1:111122223333:alerts");
  EXPECT_FALSE(plain.contains("MessageGroupId"));
  const auto fifo = published(notice, "arn:aws:sns:eu-central-1:111122223333:alerts.fifo");
  EXPECT_EQ(fifo.at("MessageGroupId").as_string(), "c-1f6b4a2c9d3e");
  EXPECT_EQ(fifo.at("MessageDeduplicationId").as_string(), "k1");
}

TEST(Sns, SubjectsAreShortAsciiOnOneLine) {
  Notice notice = sample_notice();
  notice.title = "Zugriffsschlüssel\n" + std::string(200, 'x') + "\x7f";
  const auto subject = published(notice, "t").at("Subject").as_string();
  EXPECT_LE(subject.size(), 100U);
  EXPECT_TRUE(
      std::all_of(subject.begin(), subject.end(), [](char c) { return c >= 0x20 && c < 0x7F; }));
  EXPECT_TRUE(subject.starts_with("Trailwarden dangerous: Zugriffsschl?ssel?xxx"));
}

TEST(Sns, TheTextReadsAsAnEmail) { expect_golden("sns.txt", sns_text(sample_notice())); }

TEST(Ocsf, GoldenLine) { expect_golden("ocsf.json", ocsf_finding(sample_notice(), "k1") + "\n"); }

TEST(Ocsf, SeverityGoesWithTheVerdict) {
  const auto severity = [](triage::Verdict verdict, sigma::Level level) {
    Notice notice = sample_notice();
    notice.verdict = verdict;
    notice.findings.at(0).level = level;
    const auto event = boost::json::parse(ocsf_finding(notice, "k"));
    return event.at("severity_id").to_number<int>();
  };
  EXPECT_EQ(severity(triage::Verdict::Dangerous, sigma::Level::Critical), 5);
  EXPECT_EQ(severity(triage::Verdict::Dangerous, sigma::Level::Medium), 4);
  EXPECT_EQ(severity(triage::Verdict::Uncertain, sigma::Level::Critical), 3);
  EXPECT_EQ(severity(triage::Verdict::Safe, sigma::Level::Critical), 1);
}

}  // namespace
}  // namespace trailwarden::sink
