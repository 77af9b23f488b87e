#include "aws/profile_chain.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "aws/container_credentials.h"
#include "aws/instance_metadata.h"
#include "aws/process_credentials.h"
#include "aws/refreshing_credentials.h"
#include "aws/role_credentials.h"
#include "aws/sso_credentials.h"
#include "aws/static_credentials.h"

namespace trailwarden::aws {
namespace {

using Provider = std::shared_ptr<CredentialsProvider>;
using Section = ProfileFiles::Section;

constexpr unsigned kDurationMin = 900;
constexpr unsigned kDurationMax = 43'200;

std::string value_of(const Section& section, std::string_view key) {
  const auto entry = section.find(key);
  return entry == section.end() ? "" : entry->second;
}

tl::unexpected<Error> wrong(const std::string& profile, const std::string& what) {
  return fail(ErrorCode::Usage, "AWS profile " + profile + ": " + what);
}

Provider kept(const ProviderContext& context, std::unique_ptr<CredentialsSource> source) {
  return std::make_shared<RefreshingCredentials>(std::move(source), context.now);
}

bool assumes_role(const Section& section) {
  return section.contains("role_arn") && !section.contains("web_identity_token_file");
}

Result<Role> role_of(const std::string& profile, const Section& section) {
  Role role{value_of(section, "role_arn"), value_of(section, "role_session_name"),
            value_of(section, "external_id"), std::nullopt};
  if (role.arn.empty()) return wrong(profile, "it has no role_arn");
  const std::string text = value_of(section, "duration_seconds");
  if (text.empty()) return role;
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  if (!is_number || seconds < kDurationMin || seconds > kDurationMax) {
    return wrong(profile, "its duration_seconds must be from 900 to 43200");
  }
  role.duration_seconds = seconds;
  return role;
}

// Follows profiles from one to the next.
class ProfileWalk {
 public:
  explicit ProfileWalk(const ProviderContext& context) : context_(context) {}

  Result<Provider> start(const std::string& profile) {
    visited_.push_back(profile);
    return assumes_role(section(profile)) ? role(profile) : own(profile);
  }

 private:
  const Section& section(const std::string& profile) const {
    return context_.settings->files.profiles.at(profile);
  }

  Result<Provider> role(const std::string& profile) {
    const Section& section = this->section(profile);
    if (!value_of(section, "mfa_serial").empty()) {
      return wrong(profile,
                   "it asks for an MFA code, which Trailwarden cannot ask you for; let the AWS CLI "
                   "do it: run 'aws sts get-session-token' and export its keys, or use a profile "
                   "with credential_process = aws configure export-credentials --profile " +
                       profile + " --format process");
    }
    Role role = TW_TRY(role_of(profile, section));
    const std::string source = value_of(section, "source_profile");
    const std::string place = value_of(section, "credential_source");
    if (source.empty() == place.empty()) {
      return wrong(profile,
                   "it must have one of source_profile and credential_source beside its "
                   "role_arn, and not both");
    }
    Provider keys = source.empty() ? TW_TRY(named_source(profile, place))
                                   : TW_TRY(source_profile(profile, source));
    return kept(context_, assumed_role(context_, profile, std::move(role), std::move(keys)));
  }

  Result<Provider> named_source(const std::string& profile, const std::string& place) const {
    const auto settings = context_.settings;
    if (place == "Environment") return kept(context_, environment_credentials(settings));
    if (place == "Ec2InstanceMetadata") return kept(context_, instance_credentials(context_));
    if (place == "EcsContainer") {
      if (has_container_credentials(*settings)) {
        return kept(context_, container_credentials(context_));
      }
      return wrong(profile,
                   "its credential_source is EcsContainer, but this is no container with "
                   "a role");
    }
    return wrong(profile,
                 "its credential_source must be Environment, Ec2InstanceMetadata or "
                 "EcsContainer");
  }

  Result<Provider> source_profile(const std::string& profile, const std::string& source) {
    const auto& profiles = context_.settings->files.profiles;
    const auto entry = profiles.find(source);
    if (entry == profiles.end()) {
      return wrong(profile, "its source_profile " + source + " does not exist");
    }
    const bool has_keys = has_static_keys(entry->second);
    if (std::find(visited_.begin(), visited_.end(), source) != visited_.end()) {
      // A profile may keep the keys and the role together; every other circle has no beginning.
      if (source == profile && has_keys) return own(source);
      return wrong(profile, "its source_profile leads in a circle: " + way_to(source));
    }
    visited_.push_back(source);
    if (!has_keys && assumes_role(entry->second)) return role(source);
    Provider keys = TW_TRY(own(source));
    if (!keys) return wrong(profile, "its source_profile " + source + " has no credentials");
    return keys;
  }

  // What the profile says but for a role to assume with other keys.
  Result<Provider> own(const std::string& profile) const {
    const Section& section = this->section(profile);
    if (const std::string file = value_of(section, "web_identity_token_file"); !file.empty()) {
      Role role = TW_TRY(role_of(profile, section));
      return kept(context_, web_identity_role(context_, file, std::move(role)));
    }
    if (has_sso(section)) return kept(context_, TW_TRY(sso_credentials(context_, profile)));
    if (has_static_keys(section)) {
      return kept(context_, profile_credentials(context_.settings, profile));
    }
    if (section.contains("login_session")) {
      return wrong(profile,
                   "keys of 'aws login' are not supported; use a profile with "
                   "credential_process = aws configure export-credentials --profile " +
                       profile + " --format process");
    }
    if (const std::string command = value_of(section, "credential_process"); !command.empty()) {
      return kept(context_, process_credentials(profile, command));
    }
    return Provider();
  }

  std::string way_to(const std::string& last) const {
    std::string way;
    for (const std::string& profile : visited_) way += profile + " → ";
    return way + last;
  }

  const ProviderContext& context_;
  std::vector<std::string> visited_;
};

}  // namespace

bool assumes_role(const Settings& settings, const std::string& profile) {
  const auto section = settings.files.profiles.find(profile);
  return section != settings.files.profiles.end() && assumes_role(section->second);
}

Result<std::shared_ptr<CredentialsProvider>> profile_provider(const ProviderContext& context,
                                                              const std::string& profile) {
  if (!context.settings->files.profiles.contains(profile)) return Provider();
  return ProfileWalk(context).start(profile);
}

Result<std::shared_ptr<CredentialsProvider>> environment_web_identity(
    const ProviderContext& context) {
  const Environment& environment = context.settings->environment;
  const auto file = environment("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (!file) return Provider();
  Role role{environment("AWS_ROLE_ARN").value_or(""),
            environment("AWS_ROLE_SESSION_NAME").value_or(""), "", std::nullopt};
  if (role.arn.empty()) role.arn = context.settings->in_profile("role_arn").value_or("");
  if (role.arn.empty()) {
    return fail(ErrorCode::Usage, "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not");
  }
  return kept(context, web_identity_role(context, *file, std::move(role)));
}

}  // namespace trailwarden::aws
