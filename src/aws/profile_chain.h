// Which source a profile means, and through which others it goes.
#pragma once

#include <memory>
#include <string>

#include "aws/credentials_source.h"
#include "base/result.h"

namespace trailwarden::aws {

// The keys that `profile` says: by assuming a role, by web identity, IAM Identity Center, its own
// keys or its credential_process, whichever of these comes first. nullptr: it says none. Errors
// (Usage): a role without exactly one source of keys, an MFA device, a source that does not exist
// or has no keys, profiles that go in a circle, a setting that is missing or wrong.
Result<std::shared_ptr<CredentialsProvider>> profile_provider(const ProviderContext& context,
                                                              const std::string& profile);

// Whether the profile's keys come by assuming a role with other keys: that goes before the
// environment's web identity, as in botocore; all else of a profile comes behind it.
bool assumes_role(const Settings& settings, const std::string& profile);

// By AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, where the environment may count; nullptr: not
// set.
Result<std::shared_ptr<CredentialsProvider>> environment_web_identity(
    const ProviderContext& context);

}  // namespace trailwarden::aws
