// What the user's environment and AWS files say: read once, by cli/, and handed down.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace trailwarden::aws {

// Looks up one environment variable; an unset or empty one is nothing.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// ~/.aws/config and ~/.aws/credentials, merged as the AWS CLI merges them (credentials file over
// config for keys). Sub-properties (indented lines) of `s3 =` become "s3.name".
struct ProfileFiles {
  using Section = std::map<std::string, std::string, std::less<>>;
  std::map<std::string, Section, std::less<>> profiles;
  std::map<std::string, Section, std::less<>> sso_sessions;
  std::map<std::string, Section, std::less<>> services;
};

struct Settings {
  Environment environment;
  ProfileFiles files;
  std::string profile;             // By option, AWS_PROFILE, AWS_DEFAULT_PROFILE, else "default".
  bool profile_by_option = false;  // Then the environment's keys are passed over.
  std::string region;       // By option, AWS_REGION, AWS_DEFAULT_REGION, the profile; may be empty.
  bool fips = false;        // AWS_USE_FIPS_ENDPOINT, or the profile's use_fips_endpoint.
  bool dual_stack = false;  // AWS_USE_DUALSTACK_ENDPOINT, or use_dualstack_endpoint.
  unsigned attempts_max = 3;  // AWS_MAX_ATTEMPTS, or the profile's max_attempts.

  // What the profile says about `key` ("role_arn", "s3.addressing_style"); nothing where it is
  // unset or empty.
  std::optional<std::string> in_profile(std::string_view key) const;

  // The endpoint_url that the user set for this service ("S3", "CLOUDTRAIL", …), by
  // AWS_ENDPOINT_URL_<ID>, AWS_ENDPOINT_URL, the profile's services section or the profile, in this
  // order; nothing where AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true.
  std::optional<std::string> endpoint_url(std::string_view service_id) const;
};

struct SettingsOptions {
  std::optional<std::string> profile;  // --profile
  std::optional<std::string> region;   // --region
};

// Reads the files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name, or those in
// ~/.aws. A missing file is an empty one. Errors: a file that cannot be parsed (file and line), a
// profile that was named and does not exist, a number or truth value that is none. No message
// quotes a line of these files.
Result<Settings> load_settings(const Environment& environment, const SettingsOptions& options);

}  // namespace trailwarden::aws
