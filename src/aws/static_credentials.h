// Keys that stand somewhere: in the environment or in a profile.
#pragma once

#include <memory>
#include <string>

#include "aws/credentials_source.h"

namespace trailwarden::aws {

// Whether AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is set.
bool has_environment_keys(const Settings& settings);

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION,
// AWS_ACCOUNT_ID.
std::unique_ptr<CredentialsSource> environment_credentials(
    std::shared_ptr<const Settings> settings);

// Whether the profile has aws_access_key_id or aws_secret_access_key.
bool has_static_keys(const ProfileFiles::Section& profile);

std::unique_ptr<CredentialsSource> profile_credentials(std::shared_ptr<const Settings> settings,
                                                       std::string profile);

}  // namespace trailwarden::aws
