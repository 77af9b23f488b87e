#include "aws/static_credentials.h"

#include <utility>

#include "aws/timestamp.h"

namespace trailwarden::aws {
namespace {

class EnvironmentCredentials final : public CredentialsSource {
 public:
  explicit EnvironmentCredentials(std::shared_ptr<const Settings> settings)
      : settings_(std::move(settings)) {}

  Outcome<Credentials> fetch(const std::stop_token&) override {
    Credentials keys;
    keys.access_key_id = variable("AWS_ACCESS_KEY_ID");
    keys.secret_access_key = variable("AWS_SECRET_ACCESS_KEY");
    keys.session_token = variable("AWS_SESSION_TOKEN");
    keys.account_id = variable("AWS_ACCOUNT_ID");
    if (keys.access_key_id.empty()) return no_credentials("AWS_ACCESS_KEY_ID is not set");
    if (keys.secret_access_key.empty()) return no_credentials("AWS_SECRET_ACCESS_KEY is not set");
    if (const std::string expiration = variable("AWS_CREDENTIAL_EXPIRATION"); !expiration.empty()) {
      keys.expires = parse_iso8601(expiration);
      if (!keys.expires) return no_credentials("AWS_CREDENTIAL_EXPIRATION is no ISO 8601 time");
    }
    return keys;
  }

  std::string name() const override { return "environment"; }

 private:
  std::string variable(const char* key) const { return settings_->environment(key).value_or(""); }

  const std::shared_ptr<const Settings> settings_;
};

class ProfileCredentials final : public CredentialsSource {
 public:
  ProfileCredentials(std::shared_ptr<const Settings> settings, std::string profile)
      : settings_(std::move(settings)), profile_(std::move(profile)) {}

  Outcome<Credentials> fetch(const std::stop_token&) override {
    Credentials keys;
    keys.access_key_id = value("aws_access_key_id");
    keys.secret_access_key = value("aws_secret_access_key");
    keys.session_token = value("aws_session_token");
    keys.account_id = value("aws_account_id");
    if (keys.access_key_id.empty()) return no_credentials("it has no aws_access_key_id");
    if (keys.secret_access_key.empty()) return no_credentials("it has no aws_secret_access_key");
    return keys;
  }

  std::string name() const override { return "profile " + profile_; }

 private:
  std::string value(std::string_view key) const {
    const ProfileFiles::Section& profile = settings_->files.profiles.at(profile_);
    const auto entry = profile.find(key);
    return entry == profile.end() ? "" : entry->second;
  }

  const std::shared_ptr<const Settings> settings_;
  const std::string profile_;
};

}  // namespace

bool has_environment_keys(const Settings& settings) {
  return settings.environment("AWS_ACCESS_KEY_ID") || settings.environment("AWS_SECRET_ACCESS_KEY");
}

std::unique_ptr<CredentialsSource> environment_credentials(
    std::shared_ptr<const Settings> settings) {
  return std::make_unique<EnvironmentCredentials>(std::move(settings));
}

bool has_static_keys(const ProfileFiles::Section& profile) {
  return profile.contains("aws_access_key_id") || profile.contains("aws_secret_access_key");
}

std::unique_ptr<CredentialsSource> profile_credentials(std::shared_ptr<const Settings> settings,
                                                       std::string profile) {
  return std::make_unique<ProfileCredentials>(std::move(settings), std::move(profile));
}

}  // namespace trailwarden::aws
