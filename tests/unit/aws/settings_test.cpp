#include "aws/settings.h"

#include <filesystem>
#include <fstream>

#include "aws/ini.h"

namespace trailwarden::aws {
namespace {

// A home folder of its own with the two files, and an environment.
class SettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    home_ = std::filesystem::path(testing::TempDir()) /
            (std::string("aws_settings_") +
             testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(home_);
    std::filesystem::create_directories(home_ / ".aws");
    variables_["HOME"] = home_.string();
  }
  void TearDown() override { std::filesystem::remove_all(home_); }

  void write(const std::string& name, std::string_view text) const {
    std::ofstream(home_ / name, std::ios::binary) << text;
  }

  Result<Settings> load(const SettingsOptions& options = {}) const {
    return load_settings(
        [variables = variables_](const std::string& name) -> std::optional<std::string> {
          const auto entry = variables.find(name);
          return entry == variables.end() ? std::nullopt : std::optional(entry->second);
        },
        options);
  }

  std::string refusal(const SettingsOptions& options = {}) const {
    const auto settings = load(options);
    return settings ? "" : to_string(settings.error());
  }

  std::filesystem::path home_;
  std::map<std::string, std::string> variables_;
};

TEST_F(SettingsTest, NoFilesAreEmptyFiles) {
  const auto settings = load();
  ASSERT_TRUE(settings) << to_string(settings.error());
  EXPECT_EQ(settings->profile, "default");
  EXPECT_EQ(settings->region, "");
  EXPECT_EQ(settings->attempts_max, 3U);
  EXPECT_FALSE(settings->fips);
}

TEST_F(SettingsTest, CredentialsWinOverConfigForTheSameProfile) {
  write(".aws/config",
        "[default]\nregion = eu-west-1\n[profile audit]\nregion = us-west-2\n"
        "aws_access_key_id = CONFIG\n[sso-session corp]\nsso_region = us-east-1\n"
        "[preview]\nx = y\n[profile \"with blank\"]\nregion = a\n");
  write(".aws/credentials", "[audit]\naws_access_key_id = KEYS\n[profile odd]\nregion = b\n");
  const auto settings = load();
  ASSERT_TRUE(settings) << to_string(settings.error());
  const ProfileFiles& files = settings->files;
  EXPECT_EQ(files.profiles.at("audit").at("aws_access_key_id"), "KEYS");
  EXPECT_EQ(files.profiles.at("audit").at("region"), "us-west-2");
  EXPECT_EQ(files.profiles.at("with blank").at("region"), "a");
  EXPECT_EQ(files.profiles.at("profile odd").at("region"), "b");
  EXPECT_EQ(files.profiles.contains("preview"), false);
  EXPECT_EQ(files.sso_sessions.at("corp").at("sso_region"), "us-east-1");
  EXPECT_EQ(settings->region, "eu-west-1");
}

TEST_F(SettingsTest, FilesMayBeElsewhere) {
  write("mine", "[profile p]\nregion = sa-east-1\n");
  variables_["AWS_CONFIG_FILE"] = "~/mine";
  variables_["AWS_PROFILE"] = "p";
  EXPECT_EQ(load()->region, "sa-east-1");
}

TEST_F(SettingsTest, TheRegionsOrder) {
  write(".aws/config", "[default]\nregion = eu-west-4\n");
  EXPECT_EQ(load()->region, "eu-west-4");
  variables_["AWS_DEFAULT_REGION"] = "eu-west-3";
  EXPECT_EQ(load()->region, "eu-west-3");
  variables_["AWS_REGION"] = "eu-west-2";
  EXPECT_EQ(load()->region, "eu-west-2");
  EXPECT_EQ(load({.profile = {}, .region = "eu-west-1"})->region, "eu-west-1");
}

TEST_F(SettingsTest, TheProfilesOrder) {
  write(".aws/config", "[profile a]\nregion = a\n[profile b]\nregion = b\n[profile c]\nregion=c\n");
  variables_["AWS_DEFAULT_PROFILE"] = "a";
  EXPECT_EQ(load()->profile, "a");
  variables_["AWS_PROFILE"] = "b";
  EXPECT_EQ(load()->profile, "b");
  EXPECT_FALSE(load()->profile_by_option);
  EXPECT_EQ(load({.profile = "c", .region = {}})->region, "c");
  EXPECT_TRUE(load({.profile = "c", .region = {}})->profile_by_option);
}

TEST_F(SettingsTest, SwitchesComeFromTheEnvironmentOrTheProfile) {
  write(".aws/config",
        "[default]\nuse_fips_endpoint = TRUE\nuse_dualstack_endpoint = true\nmax_attempts = 7\n");
  EXPECT_TRUE(load()->fips);
  EXPECT_TRUE(load()->dual_stack);
  EXPECT_EQ(load()->attempts_max, 7U);
  variables_["AWS_USE_FIPS_ENDPOINT"] = "false";
  variables_["AWS_MAX_ATTEMPTS"] = "2";
  EXPECT_FALSE(load()->fips);
  EXPECT_EQ(load()->attempts_max, 2U);
}

TEST_F(SettingsTest, EndpointUrlsOrder) {
  write(".aws/config",
        "[default]\nservices = local\nendpoint_url = http://profile\n"
        "[services local]\ns3 =\n  endpoint_url = http://section\n  other = 1\n"
        "secrets_manager =\n  endpoint_url = http://secrets\n");
  EXPECT_EQ(load()->endpoint_url("SQS"), "http://profile");
  EXPECT_EQ(load()->endpoint_url("S3"), "http://section");
  EXPECT_EQ(load()->endpoint_url("SECRETS_MANAGER"), "http://secrets");
  variables_["AWS_ENDPOINT_URL"] = "http://all";
  EXPECT_EQ(load()->endpoint_url("S3"), "http://all");
  variables_["AWS_ENDPOINT_URL_S3"] = "http://one";
  EXPECT_EQ(load()->endpoint_url("S3"), "http://one");
  EXPECT_EQ(load()->endpoint_url("SQS"), "http://all");
  variables_["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(load()->endpoint_url("S3"), std::nullopt);
}

TEST_F(SettingsTest, SaysWhereAFileIsWrongWithoutQuotingIt) {
  write(".aws/credentials", "[default]\naws_secret_access_key hunter2\n");
  const std::string text = refusal();
  EXPECT_NE(text.find("/.aws/credentials:2: expected name = value"), std::string::npos) << text;
  EXPECT_EQ(text.find("hunter2"), std::string::npos);
}

TEST_F(SettingsTest, RefusesWhatMakesNoSense) {
  variables_["AWS_PROFILE"] = "nobody";
  EXPECT_NE(refusal().find("the AWS profile 'nobody' is in neither"), std::string::npos);
  variables_.erase("AWS_PROFILE");
  variables_["AWS_MAX_ATTEMPTS"] = "0";
  EXPECT_NE(refusal().find("AWS_MAX_ATTEMPTS"), std::string::npos);
  variables_["AWS_MAX_ATTEMPTS"] = "3x";
  EXPECT_NE(refusal().find("whole number"), std::string::npos);
  variables_.erase("AWS_MAX_ATTEMPTS");
  variables_["AWS_USE_FIPS_ENDPOINT"] = "yes";
  EXPECT_NE(refusal().find("must be true or false"), std::string::npos);
  variables_.erase("AWS_USE_FIPS_ENDPOINT");
  write(".aws/config", "[default]\nservices = none\n");
  EXPECT_NE(refusal().find("no [services] section"), std::string::npos);
  variables_["AWS_CONFIG_FILE"] = home_.string();
  EXPECT_NE(refusal().find("is a folder"), std::string::npos);
}

TEST(Ini, ReadsEveryFormOfLine) {
  const auto file = parse_ini(
      "\xEF\xBB\xBF# comment\r\n; comment\r\n[ a ] behind\r\nOne = 1 # comment\r\n"
      "two: x;y ; comment\n  # comment\nempty =\nurl=http://h:1/#f\n"
      "credential_process = tool --tag # ;\n[b]\n  indented = yes\n  also = yes\n"
      "    and more\n[a]\none = 2\n",
      "config");
  ASSERT_TRUE(file) << to_string(file.error());
  const IniSection a = {{"one", "2"},
                        {"two", "x;y"},
                        {"empty", ""},
                        {"url", "http://h:1/#f"},
                        {"credential_process", "tool --tag # ;"}};
  EXPECT_EQ(file->at("a"), a);
  const IniSection b = {{"indented", "yes"}, {"also", "yes\nand more"}};
  EXPECT_EQ(file->at("b"), b);
}

TEST(Ini, SubPropertiesBelongToTheirProperty) {
  const auto file = parse_ini("[d]\ns3 =\n  a = 1\n\n\tB = 2\nregion = x\n", "config");
  ASSERT_TRUE(file) << to_string(file.error());
  const IniSection d = {{"s3", ""}, {"s3.a", "1"}, {"s3.b", "2"}, {"region", "x"}};
  EXPECT_EQ(file->at("d"), d);
}

TEST(Ini, NamesTheLineThatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"a = b\n", "f:1: expected a [section] before the first property"},
      {"[a]\n\n[b\n", "f:3: a [section] lacks its ]"},
      {"[a]\nb\n", "f:2: expected name = value"},
      {"[a]\n= b\n", "f:2: expected name = value"},
      {"[a]\ns3 =\n  b\n", "f:3: expected name = value"},
  };
  for (const auto& [text, says] : cases) {
    const auto file = parse_ini(text, "f");
    ASSERT_FALSE(file) << text;
    EXPECT_EQ(to_string(file.error()), says);
  }
}

}  // namespace
}  // namespace trailwarden::aws
