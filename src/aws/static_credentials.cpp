#include "aws/static_credentials.h"

#include <functional>
#include <utility>

#include "aws/timestamp.h"

namespace trailwarden::aws {
namespace {

// What the parts of a key are called where they stand.
struct KeyNames {
  const char* access_key_id;
  const char* secret_access_key;
  const char* session_token;
  const char* account_id;
  const char* expiration;
};

constexpr KeyNames kInEnvironment{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
                                  "AWS_ACCOUNT_ID", "AWS_CREDENTIAL_EXPIRATION"};
// A profile's keys have no end that it could say.
constexpr KeyNames kInProfile{"aws_access_key_id", "aws_secret_access_key", "aws_session_token",
                              "aws_account_id", nullptr};

// Gives the text under a name; empty if there is none.
using LookUp = std::function<std::string(const char* name)>;

class StandingKeys final : public CredentialsSource {
 public:
  StandingKeys(std::string name, const KeyNames& names, LookUp look_up)
      : name_(std::move(name)), names_(names), look_up_(std::move(look_up)) {}

  Outcome<Credentials> fetch(const std::stop_token&) override {
    for (const char* required : {names_.access_key_id, names_.secret_access_key}) {
      if (look_up_(required).empty()) return no_credentials(std::string(required) + " is not set");
    }
    Credentials keys;
    keys.access_key_id = look_up_(names_.access_key_id);
    keys.secret_access_key = look_up_(names_.secret_access_key);
    keys.session_token = look_up_(names_.session_token);
    keys.account_id = look_up_(names_.account_id);
    const std::string end = names_.expiration == nullptr ? "" : look_up_(names_.expiration);
    if (end.empty()) return keys;
    keys.expires = parse_iso8601(end);
    if (!keys.expires) {
      return no_credentials(std::string(names_.expiration) + " is no ISO 8601 time");
    }
    return keys;
  }

  std::string name() const override { return name_; }

 private:
  const std::string name_;
  const KeyNames& names_;
  const LookUp look_up_;
};

}  // namespace

bool has_environment_keys(const Settings& settings) {
  return settings.environment("AWS_ACCESS_KEY_ID") || settings.environment("AWS_SECRET_ACCESS_KEY");
}

std::unique_ptr<CredentialsSource> environment_credentials(
    std::shared_ptr<const Settings> settings) {
  return std::make_unique<StandingKeys>("environment", kInEnvironment,
                                        [settings = std::move(settings)](const char* name) {
                                          return settings->environment(name).value_or("");
                                        });
}

bool has_static_keys(const ProfileFiles::Section& profile) {
  return profile.contains("aws_access_key_id") || profile.contains("aws_secret_access_key");
}

std::unique_ptr<CredentialsSource> profile_credentials(std::shared_ptr<const Settings> settings,
                                                       std::string profile) {
  std::string name = "profile " + profile;
  return std::make_unique<StandingKeys>(
      std::move(name), kInProfile,
      [settings = std::move(settings), profile = std::move(profile)](const char* key) {
        const ProfileFiles::Section& section = settings->files.profiles.at(profile);
        const auto entry = section.find(key);
        return entry == section.end() ? std::string() : entry->second;
      });
}

}  // namespace trailwarden::aws
