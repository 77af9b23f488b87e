// A world for credential providers: an environment, AWS files, a clock that a test moves, an STS
// that a test answers for, and a way to read what went wrong that knows a secret when it sees one.
#pragma once

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aws/credentials_source.h"

namespace trailwarden::aws {

// Part of every secret key and token in these tests, so that no message can hold one unnoticed.
inline const std::string kSecret = "S3CR3T";

inline std::string checked(const std::string& message) {
  EXPECT_EQ(message.find(kSecret), std::string::npos) << "a secret in a message: " << message;
  return message;
}

// The message of a failure or error; empty for a success.
template <class T>
std::string message_of(const Outcome<T>& outcome) {
  return outcome ? "" : checked(to_string(outcome.error()));
}
template <class T>
std::string message_of(const Result<T>& result) {
  return result ? "" : checked(to_string(result.error()));
}

// Answers with keys named after the role, and remembers what was asked.
class FakeSts final : public StsCalls {
 public:
  Outcome<Credentials> assume_role(const AssumeRoleRequest& request,
                                   std::shared_ptr<CredentialsProvider> keys,
                                   const std::stop_token& stop) override {
    const auto source = keys->get(stop);
    if (!source) return tl::unexpected(source.error());
    roles.push_back(request);
    signed_by.push_back(source->access_key_id);
    return answer(request.role_arn);
  }

  Outcome<Credentials> assume_role_with_web_identity(const WebIdentityRequest& request,
                                                     const std::stop_token&) override {
    web_identities.push_back(request);
    return answer(request.role_arn);
  }

  std::vector<AssumeRoleRequest> roles;
  std::vector<WebIdentityRequest> web_identities;
  std::vector<std::string> signed_by;
  std::optional<Failure> refusal;
  SystemTime expires;

 private:
  Outcome<Credentials> answer(const std::string& role) const {
    if (refusal) return tl::unexpected(*refusal);
    return Credentials{"KEYS-OF-" + role, kSecret, kSecret, expires, ""};
  }
};

class ProviderWorld : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    home = std::filesystem::path(testing::TempDir()) /
           (std::string("aws_") + test->test_suite_name() + "_" + test->name());
    std::filesystem::remove_all(home);
    std::filesystem::create_directories(home / ".aws" / "sso" / "cache");
    variables["HOME"] = home.string();
    // Nothing here may ever ask the machine's own metadata service.
    variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:9";
    sts->expires = now + std::chrono::hours{1};
  }
  void TearDown() override { std::filesystem::remove_all(home); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(home / name, std::ios::binary) << text;
  }

  Result<Settings> load(std::optional<std::string> profile_option = {}) const {
    return load_settings(
        [values = variables](const std::string& name) -> std::optional<std::string> {
          const auto entry = values.find(name);
          return entry == values.end() ? std::nullopt : std::optional(entry->second);
        },
        {.profile = std::move(profile_option), .region = {}});
  }

  ProviderContext context(std::optional<std::string> profile_option = {}) {
    ProviderContext result;
    result.settings = std::make_shared<Settings>(load(std::move(profile_option)).value());
    result.http = std::make_shared<net::Client>();
    result.direct = std::make_shared<net::Client>();
    result.sts = sts;
    result.now = [this] { return now; };
    result.sleep = [this](std::chrono::milliseconds span, const std::stop_token&) {
      slept.push_back(span);
      now += span;
    };
    return result;
  }

  std::filesystem::path home;
  std::map<std::string, std::string> variables;
  SystemTime now{std::chrono::seconds{1'800'000'000}};  // 2027-01-15T08:00:00Z
  std::vector<std::chrono::milliseconds> slept;
  std::shared_ptr<FakeSts> sts = std::make_shared<FakeSts>();
};

}  // namespace trailwarden::aws
