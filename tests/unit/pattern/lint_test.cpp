// Each warning with a pattern that earns it and a near one that does not.
#include <gtest/gtest.h>

#include <string>

#include "pattern/pattern.h"

namespace trailwarden::pattern {
namespace {

struct Case {
  const char* pattern;
  const char* path;     // Of the one warning; null where none is due.
  const char* message;  // Part of it.
};

constexpr Case kCases[] = {
    {R"({"source":["aws.signin"],"detail-type":["AWS API Call via CloudTrail"],
         "detail":{"eventSource":["signin.amazonaws.com"],"eventName":["ConsoleLogin"]}})",
     "detail-type", "never has this detail-type"},
    {R"({"detail-type":["AWS Console Sign In via CloudTrail"],"detail":{"eventName":["ConsoleLogin"]}})",
     nullptr, ""},
    {R"({"detail-type":["AWS API Call via CloudTrail"],"detail":{"eventType":["AwsServiceEvent"]}})",
     "detail.eventType", "AwsApiCall only"},
    {R"({"detail-type":["AWS API Call via CloudTrail"],"detail":{"eventType":["AwsApiCall"]}})",
     nullptr, ""},
    {R"({"source":["aws.cloudwatch"],"detail":{"eventSource":["monitoring.amazonaws.com"]}})",
     "source", "aws.monitoring"},
    {R"({"source":["aws.monitoring","aws.s3"],"detail":{"eventSource":["monitoring.amazonaws.com"]}})",
     nullptr, ""},
    {R"({"source":["aws.iam"],"detail":{"eventName":["ListUsers"]}})", "detail.eventName",
     "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"},
    {R"({"source":["aws.iam"],"detail":{"eventName":[{"prefix":"Describe"}]}})", "detail.eventName",
     "read-only"},
    {R"({"source":["aws.iam"],"detail":{"readOnly":[true]}})", "detail.readOnly", "read-only"},
    {R"({"source":["aws.iam"],"detail":{"readOnly":[false],"eventName":["CreateUser"]}})", nullptr,
     ""},
    {R"({"source":["aws.iam"],"detail":{"readOnly":["true"]}})", "detail.readOnly", "boolean"},
    {R"({"source":["aws.iam"],"detail":{"userIdentity":{"sessionContext":{"attributes":
         {"mfaAuthenticated":[false]}}}}})",
     "detail.userIdentity.sessionContext.attributes.mfaAuthenticated", "string"},
    {R"({"account":[111122223333]})", "account", "string"},
    {R"({"account":["111122223333"]})", nullptr, ""},
    {R"({"source":["aws.iam"],"detail":{"eventContext":{"tags":["x"]}}})",
     "detail.eventContext.tags", "not delivered"},
    {R"({"source":["aws.iam"],"detail":{"responseElements":[{"exists":true}]}})",
     "detail.responseElements", "object"},
    {R"({"source":["aws.iam"],"detail":{"responseElements":[null]}})", nullptr, ""},
    {R"({"source":["aws.iam"],"detail":{"userIdentity":{"type":["AWSService"]},
         "sourceIPAddress":[{"cidr":"10.0.0.0/8"}]}})",
     "detail.sourceIPAddress", "service"},
    {R"({"source":["aws.iam"],"detail":{"userIdentity":{"type":["Root"]},
         "sourceIPAddress":[{"cidr":"10.0.0.0/8"}]}})",
     nullptr, ""},
    {R"({"source":["aws.iam"],"detail":{"sourceIPAddress":[{"cidr":"10.0.0.7/32"}]}})",
     "detail.sourceIPAddress", "plain string"},
    {R"({"detail":{"errorCode":[{"exists":false}],"eventName":[{"anything-but":"X"}]}})", "",
     "nearly every event"},
    {R"({"source":["aws.iam"],"detail":{"errorCode":[{"exists":false}]}})", nullptr, ""},
    {R"({"detail":{"eventName":["ConsoleLogin"],"errorCode":[{"exists":true}]}})",
     "detail.errorCode", "responseElements.ConsoleLogin"},
    {R"({"eventName":["CreateUser"]})", "eventName", "under \"detail\""},
    {R"({"not json)", nullptr, ""},
};

TEST(Lint, WarnsOfEachAndOfNothingElse) {
  for (const Case& it : kCases) {
    const auto warnings = lint(it.pattern);
    if (it.path == nullptr) {
      EXPECT_TRUE(warnings.empty()) << it.pattern << "\n" << warnings[0].message;
      continue;
    }
    ASSERT_EQ(warnings.size(), 1U) << it.pattern;
    EXPECT_EQ(warnings[0].path, it.path) << it.pattern;
    EXPECT_NE(warnings[0].message.find(it.message), std::string::npos) << warnings[0].message;
  }
}

TEST(Lint, WarnsOfLengthAndOncePerBranch) {
  std::string pattern = R"({"source":["aws.iam")";
  while (pattern.size() < 2'048) pattern += R"(,"aws.sts")";
  const auto length = lint(pattern + "]}");
  ASSERT_EQ(length.size(), 1U);
  EXPECT_NE(length[0].message.find("2048"), std::string::npos);
  const auto both =
      lint(R"({"detail":{"readOnly":["true"]},"$or":[{"source":["aws.iam"]},{"region":["x"]}]})");
  EXPECT_EQ(both.size(), 1U);
}

}  // namespace
}  // namespace trailwarden::pattern
