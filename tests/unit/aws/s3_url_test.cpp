#include "aws/s3.h"

namespace trailwarden::aws {
namespace {

TEST(S3Url, HasABucketAndAPrefix) {
  struct Case {
    const char* url;
    const char* bucket;
    const char* prefix;
  };
  for (const Case& c : {
           Case{"s3://logs", "logs", ""},
           Case{"s3://logs/", "logs", ""},
           Case{"s3://my.logs-1/AWSLogs/a b/%+", "my.logs-1", "AWSLogs/a b/%+"},
           Case{"s3://logs//x/../", "logs", "/x/../"},
       }) {
    const auto location = parse_s3_url(c.url);
    ASSERT_TRUE(location) << c.url;
    EXPECT_EQ(location->bucket, c.bucket);
    EXPECT_EQ(location->prefix, c.prefix);
  }
}

TEST(S3Url, RefusesBucketsThatCannotBe) {
  for (const std::string url :
       {"", "logs", "S3://logs", "https://logs", "s3:/logs", "s3://", "s3:///key", "s3://ab",
        "s3://Logs", "s3://lo_gs", "s3://-logs", "s3://logs-/", "s3://.logs", "s3://lo..gs",
        "s3://lo gs", "s3://logs?x", "s3://arn:aws:s3:::logs"}) {
    EXPECT_FALSE(parse_s3_url(url)) << url;
  }
  EXPECT_FALSE(parse_s3_url("s3://" + std::string(64, 'a')));
  EXPECT_TRUE(parse_s3_url("s3://" + std::string(63, 'a')));
}

}  // namespace
}  // namespace trailwarden::aws
