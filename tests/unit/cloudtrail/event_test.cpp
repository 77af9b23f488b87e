#include "cloudtrail/event.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "json/structural_index.h"
#include "json/walker.h"

namespace trailwarden::cloudtrail {
namespace {

// One record, decoded; owns everything that its Event borrows.
class Record {
 public:
  explicit Record(std::string_view json) : text_(json) {
    json::ProjectionBuilder builder;
    fields_ = EventFields::add_to(builder);
    const json::Projection projection = std::move(builder).build();
    text_.append(json::kPadding, ' ');
    index_.build(std::string_view(text_).substr(0, json.size()));
    found_.clear(projection.field_count());
    EXPECT_EQ(json::project(index_, 0, projection, found_).status, json::WalkStatus::Complete)
        << json;
    event_ = read_event(fields_, found_);
  }
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  const Event& event() const { return event_; }
  std::string_view target() { return target_of(fields_, found_); }

 private:
  std::string text_;
  json::StructuralIndex index_;
  json::Projected found_;
  EventFields fields_;
  Event event_;
};

TEST(Event, ReadsTheKnownFields) {
  const Record record(R"({"eventVersion":"1.08","userIdentity":{"type":"IAMUser",
      "principalId":"AIDA1","arn":"arn:aws:iam::111122223333:user/bob","accountId":"111122223333",
      "accessKeyId":"AKIA1","userName":"bob"},"eventTime":"2023-07-10T11:42:18Z",
      "eventSource":"iam.amazonaws.com","eventName":"CreateAccessKey","awsRegion":"us-east-1",
      "sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.1","errorCode":"AccessDenied",
      "errorMessage":"no","requestParameters":{"userName":"admin"},"eventID":"e-1",
      "recipientAccountId":"444455556666"})");
  const Event& event = record.event();
  EXPECT_EQ(event.id, "e-1");
  EXPECT_EQ(event.time, 1688989338);
  EXPECT_EQ(event.source, "iam.amazonaws.com");
  EXPECT_EQ(event.name, "CreateAccessKey");
  EXPECT_EQ(event.region, "us-east-1");
  EXPECT_EQ(event.source_ip, "203.0.113.9");
  EXPECT_EQ(event.user_agent, "aws-cli/2.1");
  EXPECT_EQ(event.error_code, "AccessDenied");
  EXPECT_EQ(event.error_message, "no");
  EXPECT_EQ(event.account, "444455556666");
  EXPECT_EQ(event.user_type, "IAMUser");
  EXPECT_EQ(event.access_key, "AKIA1");
  EXPECT_EQ(event.principal, "arn:aws:iam::111122223333:user/bob");
  EXPECT_EQ(event.user, event.principal);
  EXPECT_FALSE(event.is_service);
  EXPECT_FALSE(event.is_anonymous);
}

TEST(Event, OddShapesGiveEmptyTexts) {
  const Record record(R"({"userIdentity":null,"eventTime":true,"eventName":{"a":1},
      "sourceIPAddress":[],"eventID":null,"userAgent":["[S3Console/0.4]","b"]})");
  EXPECT_EQ(record.event().name, "");
  EXPECT_EQ(record.event().time, std::nullopt);
  EXPECT_EQ(record.event().user_agent, "S3Console/0.4") << "of a list the first, no brackets";
  EXPECT_EQ(actor_of(record.event()), "address unknown");
}

TEST(Event, TimeFallsBackToTheCollectorsStamp) {
  EXPECT_EQ(Record(R"({"eventName":"X","@timestamp":"2020-09-14T01:19:40.123Z"})").event().time,
            1600046380);
  EXPECT_EQ(Record(R"({"eventTime":"soon","@timestamp":1600046380123})").event().time, 1600046380);
}

struct WhoCase {
  const char* why;
  const char* record;
  const char* principal;
  const char* user;
  const char* actor;
  bool is_service;
};

constexpr WhoCase kWho[] = {
    {"a role session: the role groups, the session answers",
     R"({"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/R/alice",
         "sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::1:role/path/R"}}}})",
     "arn:aws:sts::1:assumed-role/R/alice", "arn:aws:iam::1:role/path/R",
     "arn:aws:sts::1:assumed-role/R/alice", false},
    {"a role session without its issuer",
     R"({"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/R/alice"}})",
     "arn:aws:sts::1:assumed-role/R/alice", "arn:aws:sts::1:assumed-role/R",
     "arn:aws:sts::1:assumed-role/R/alice", false},
    {"a service-linked role is the service itself",
     R"({"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/AWSServiceRoleForX/x",
         "invokedBy":"x.amazonaws.com","sessionContext":{"sessionIssuer":{
         "arn":"arn:aws:iam::1:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"}}}})",
     "arn:aws:sts::1:assumed-role/AWSServiceRoleForX/x",
     "arn:aws:iam::1:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
     "arn:aws:sts::1:assumed-role/AWSServiceRoleForX/x", true},
    {"a service on behalf of a user is the user",
     R"({"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1:user/bob",
         "invokedBy":"cloudformation.amazonaws.com"}})",
     "arn:aws:iam::1:user/bob", "arn:aws:iam::1:user/bob", "arn:aws:iam::1:user/bob", false},
    {"a service by itself",
     R"({"userIdentity":{"type":"AWSService","invokedBy":"ec2.amazonaws.com"},
         "recipientAccountId":"1"})",
     "ec2.amazonaws.com", "ec2.amazonaws.com", "service ec2.amazonaws.com in 1", true},
    {"a service event without a type",
     R"({"userIdentity":{"accountId":"1","invokedBy":"AWS Internal"}})", "AWS Internal",
     "AWS Internal", "service AWS Internal in 1", true},
    {"nobody named, but the address is a service's",
     R"({"userIdentity":{},"sourceIPAddress":"health.amazonaws.com"})", "health.amazonaws.com",
     "health.amazonaws.com", "service health.amazonaws.com", true},
    {"a failed sign-in gets the user's ARN",
     R"({"userIdentity":{"type":"IAMUser","accountId":"1","accessKeyId":"","userName":"bob"},
         "errorMessage":"Failed authentication"})",
     "arn:aws:iam::1:user/bob", "arn:aws:iam::1:user/bob", "arn:aws:iam::1:user/bob", false},
    {"in China another partition",
     R"({"userIdentity":{"type":"IAMUser","accountId":"1","userName":"bob"},
         "awsRegion":"cn-north-1"})",
     "arn:aws-cn:iam::1:user/bob", "arn:aws-cn:iam::1:user/bob", "arn:aws-cn:iam::1:user/bob",
     false},
    {"root without an ARN", R"({"userIdentity":{"type":"Root","accountId":"1"}})",
     "arn:aws:iam::1:root", "arn:aws:iam::1:root", "arn:aws:iam::1:root", false},
    {"a name that AWS hid",
     R"({"userIdentity":{"type":"IAMUser","accountId":"1",
         "userName":"HIDDEN_DUE_TO_SECURITY_REASONS"},"sourceIPAddress":"203.0.113.9"})",
     "", "anonymous", "address 203.0.113.9", false},
    {"anonymous access to a bucket",
     R"({"userIdentity":{"type":"AWSAccount","principalId":"","accountId":"ANONYMOUS_PRINCIPAL"},
         "sourceIPAddress":"203.0.113.9","recipientAccountId":"1"})",
     "", "anonymous", "address 203.0.113.9", false},
    {"no identity at all", R"({"eventName":"X","sourceIPAddress":"2001:db8::1"})", "", "anonymous",
     "address 2001:db8::1", false},
    {"another account's principal",
     R"({"userIdentity":{"type":"AWSAccount","principalId":"AIDA2:x","accountId":"2"},
         "recipientAccountId":"1"})",
     "AIDA2:x", "AIDA2:x", "AIDA2:x in 1", false},
    {"a web identity",
     R"({"userIdentity":{"type":"WebIdentityUser","principalId":"p:q:r",
         "userName":"repo:org/app:ref:main"}})",
     "repo:org/app:ref:main", "repo:org/app:ref:main", "repo:org/app:ref:main", false},
    {"an Identity Center user",
     R"({"userIdentity":{"type":"IdentityCenterUser","accountId":"1",
         "onBehalfOf":{"userId":"u-7"}}})",
     "u-7", "u-7", "u-7 in 1", false},
    {"unknown, but with an ARN",
     R"({"userIdentity":{"type":"Unknown","arn":"arn:aws:sts::1:assumed-role/R/x"}})",
     "arn:aws:sts::1:assumed-role/R/x", "arn:aws:sts::1:assumed-role/R/x",
     "arn:aws:sts::1:assumed-role/R/x", false},
};

TEST(Event, WhoActed) {
  for (const WhoCase& c : kWho) {
    const Record record(c.record);
    EXPECT_EQ(record.event().principal, c.principal) << c.why;
    EXPECT_EQ(record.event().user, c.user) << c.why;
    EXPECT_EQ(actor_of(record.event()), c.actor) << c.why;
    EXPECT_EQ(record.event().is_service, c.is_service) << c.why;
  }
}

TEST(Event, WhatTheCallWasAbout) {
  EXPECT_EQ(Record(R"({"requestParameters":{"policyArn":"p","roleName":"r"}})").target(), "r");
  EXPECT_EQ(Record(R"({"requestParameters":{"name":"trail"}})").target(), "trail");
  EXPECT_EQ(Record(R"({"requestParameters":{"instancesSet":{"items":[{"instanceId":"i-1"},
                       {"instanceId":"i-2"}]}}})")
                .target(),
            "i-1");
  EXPECT_EQ(Record(R"({"requestParameters":null})").target(), "");
}

struct TimeCase {
  const char* text;
  std::optional<std::int64_t> seconds;
};

constexpr TimeCase kTimes[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2023-07-10T11:42:18Z", 1688989338},
    {"2023-07-10t11:42:18z", 1688989338},
    {"2024-02-29T23:59:59Z", 1709251199},
    {"2000-02-29T00:00:00Z", 951782400},
    {"2024-03-01T00:00:00Z", 1709251200},
    {"1969-12-31T23:59:59Z", -1},
    {"0000-01-01T00:00:00Z", -62167219200},
    {"9999-12-31T23:59:59Z", 253402300799},
    {"2023-07-10T11:42:18.999999999Z", 1688989338},
    {"2024-01-01 00:00:00.000", 1704067200},
    {"2024-01-01 00:00:00.000 UTC", 1704067200},
    {"2024-01-01T02:00:00+02:00", 1704067200},
    {"2023-12-31T16:30:00-0730", 1704067200},
    {"2024-01-01T02:00:00.5+02", 1704067200},
    {"2016-12-31T23:59:60Z", 1483228800},
    {"1704067200", 1704067200},
    {"1704067200.75", 1704067200},
    {"1704067200123", 1704067200},
    {"1704067200123456", 1704067200},
    {"1704067200123456789", 1704067200},
    {"1.704067200e9", 1704067200},
    {"0", 0},
    {"", std::nullopt},
    {"soon", std::nullopt},
    {"-5", std::nullopt},
    {"nan", std::nullopt},
    {"inf", std::nullopt},
    {"1e300", std::nullopt},
    {"99999999999999999999", std::nullopt},
    {"2024-13-01T00:00:00Z", std::nullopt},
    {"2023-02-29T00:00:00Z", std::nullopt},
    {"1900-02-29T00:00:00Z", std::nullopt},
    {"2024-01-01T24:00:00Z", std::nullopt},
    {"2024-01-01T00:60:00Z", std::nullopt},
    {"2024-01-01T00:00:61Z", std::nullopt},
    {"2024-01-01T00:00:00.Z", std::nullopt},
    {"2024-01-01T00:00:00Zulu", std::nullopt},
    {"2024-01-01T00:00:00+25:00", std::nullopt},
    {"2024-01-01", std::nullopt},
    {"2024-", std::nullopt},
    {"2024-01-01T00:00:00+", std::nullopt},
    {"2024-01-01T00:00:00 ", std::nullopt},
};

TEST(ParseTime, Table) {
  for (const TimeCase& c : kTimes) EXPECT_EQ(parse_time(c.text), c.seconds) << c.text;
}

// The form in which CloudTrail writes is read by a short way of its own.
TEST(ParseTime, PlainTimesAreReadAsOthersAre) {
  std::mt19937 random(11);  // NOLINT(cert-msc51-cpp): repeatable
  for (int i = 0; i < 200'000; ++i) {
    std::string text = "2026-01-05T00:00:03Z";
    for (auto n = 1 + random() % 4; n-- > 0;) {
      text[random() % text.size()] = "0123456789-:TZ/\xFF "[random() % 17];
    }
    std::string other = text;
    if (other.back() == 'Z') other.back() = 'z';
    ASSERT_EQ(parse_time(text), parse_time(other)) << text;
  }
}

TEST(ParseTime, DaysFollowEachOther) {
  // Every day of 400 years, counted by hand of the calendar.
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::int64_t expected = *parse_time("1801-01-01T00:00:00Z");
  for (int year = 1801; year <= 2200; ++year) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    for (int month = 1; month <= 12; ++month) {
      const int days = kDays[month - 1] + (month == 2 && leap ? 1 : 0);
      for (int day = 1; day <= days; ++day, expected += 86400) {
        char text[64];
        std::snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year, month, day);
        ASSERT_EQ(parse_time(text), expected) << text;
      }
    }
  }
}

}  // namespace
}  // namespace trailwarden::cloudtrail
