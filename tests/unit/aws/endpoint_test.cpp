#include "aws/endpoint.h"

#include <fstream>
#include <sstream>

namespace trailwarden::aws {
namespace {

constexpr Service kSqs{"SQS", "sqs", "sqs", "sqs", Protocol::Json};
constexpr Service kStorage{"S3", "s3", "s3", "s3", Protocol::RestXml};
constexpr Service kModels{"BEDROCK_RUNTIME", "bedrock-runtime", "bedrock-runtime", "bedrock",
                          Protocol::RestJson};

Settings settings_with(std::map<std::string, std::string> variables) {
  Settings settings;
  settings.environment =
      [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto entry = variables.find(name);
    return entry == variables.end() ? std::nullopt : std::optional(entry->second);
  };
  return settings;
}

std::string text_of(const Endpoint& endpoint, const std::string& bucket) {
  const std::string base =
      endpoint.url.scheme + "://" + endpoint.url.authority() + endpoint.path_prefix;
  return bucket.empty() || endpoint.bucket_in_host ? base : base + "/" + bucket;
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, '\t');) cells.push_back(cell);
  return cells;
}

// The table is botocore's: tests/aws/endpoints_test.py writes and checks it.
TEST(Endpoint, IsWhatBotocoreResolves) {
  std::ifstream table(TW_SOURCE_DIR "/tests/aws/endpoints.tsv");
  std::string line;
  ASSERT_TRUE(std::getline(table, line));
  std::size_t compared = 0;
  while (std::getline(table, line)) {
    const auto cells = split(line);
    ASSERT_EQ(cells.size(), 8U) << line;
    const Service service{"X", "x", cells[0], cells[0], Protocol::Json};
    const std::string bucket = cells[2] == "-" ? "" : cells[2];
    for (std::size_t variant = 0; variant < 4; ++variant) {
      Settings settings = settings_with({});
      settings.fips = variant % 2 == 1;
      settings.dual_stack = variant >= 2;
      const auto endpoint = endpoint_for(settings, service, cells[1], bucket);
      EXPECT_EQ(endpoint ? text_of(*endpoint, bucket) : "-", cells[4 + variant]) << line;
      EXPECT_EQ(endpoint ? endpoint->signing_region : cells[3], cells[3]) << line;
      ++compared;
    }
  }
  EXPECT_GE(compared, 900U);
}

TEST(Endpoint, SignsWithTheServicesSigningName) {
  const auto endpoint = endpoint_for(settings_with({}), kModels, "eu-west-1");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->url.host, "bedrock-runtime.eu-west-1.amazonaws.com");
  EXPECT_EQ(endpoint->signing_name, "bedrock");
}

TEST(Endpoint, ARegionNobodyKnowsYetIsOneOfAws) {
  EXPECT_EQ(partition_of("xx-north-9").name, "aws");
  EXPECT_EQ(partition_of("us-gov-west-1").name, "aws-us-gov");
  EXPECT_EQ(partition_of("us-isob-east-1").name, "aws-iso-b");
}

TEST(Endpoint, TheUsersUrlKeepsItsPathAndTheRegionOfTheSignature) {
  Settings settings = settings_with({{"AWS_ENDPOINT_URL_SQS", "http://LocalHost:9324/queue/"}});
  settings.region = "eu-west-1";
  const auto endpoint = endpoint_for(settings, kSqs, "");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(text_of(*endpoint, ""), "http://localhost:9324/queue");
  EXPECT_EQ(endpoint->url.target, "/");
  EXPECT_EQ(endpoint->signing_region, "eu-west-1");
  EXPECT_EQ(endpoint->signing_name, "sqs");
}

TEST(Endpoint, TheUsersUrlForS3IsPathStyle) {
  const Settings settings = settings_with({{"AWS_ENDPOINT_URL", "https://storage.example"}});
  const auto endpoint = endpoint_for(settings, kStorage, "eu-west-1", "logs");
  ASSERT_TRUE(endpoint);
  EXPECT_FALSE(endpoint->bucket_in_host);
  EXPECT_EQ(text_of(*endpoint, "logs"), "https://storage.example/logs");
}

TEST(Endpoint, IamAndS3NeedNoRegion) {
  const Service iam{"IAM", "iam", "iam", "iam", Protocol::Query};
  EXPECT_EQ(endpoint_for(settings_with({}), iam, "")->url.host, "iam.amazonaws.com");
  EXPECT_EQ(endpoint_for(settings_with({}), kStorage, "")->signing_region, "us-east-1");
}

TEST(Endpoint, RefusesWhatCannotBe) {
  struct Case {
    const char* why;
    Service service;
    const char* region;
    const char* bucket;
    const char* url;
    bool fips;
    const char* says;
  };
  const Case cases[] = {
      {"no region", kSqs, "", "", "", false, "no AWS region is set"},
      {"a region that is a host", kSqs, "evil.example/", "", "", false, "small letters"},
      {"a URL that is none", kSqs, "eu-west-1", "", "localhost:1", false,
       "the endpoint URL set for SQS is none: a URL must begin with"},
      {"FIPS and a URL", kSqs, "eu-west-1", "", "http://localhost", true,
       "cannot be used together with FIPS"},
      {"an ARN for a bucket", kStorage, "eu-west-1", "arn:aws:s3:::logs", "", false,
       "not by an ARN"},
      {"a directory bucket", kStorage, "eu-west-1", "a--euw1-az1--x-s3", "", false, "S3 Express"},
      {"FIPS in China", kStorage, "cn-north-1", "", "", true, "no FIPS endpoints in China"},
  };
  for (const Case& c : cases) {
    Settings settings =
        *c.url == 0 ? settings_with({}) : settings_with({{"AWS_ENDPOINT_URL", c.url}});
    settings.fips = c.fips;
    const auto endpoint = endpoint_for(settings, c.service, c.region, c.bucket);
    ASSERT_FALSE(endpoint) << c.why;
    EXPECT_NE(endpoint.error().message.find(c.says), std::string::npos)
        << c.why << ": " << endpoint.error().message;
  }
}

}  // namespace
}  // namespace trailwarden::aws
