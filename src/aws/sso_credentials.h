// Keys of a permission set in IAM Identity Center. Source of fact: IAM Identity Center Portal API
// Reference, "GetRoleCredentials".
#pragma once

#include <memory>
#include <string>

#include "aws/credentials_source.h"

namespace trailwarden::aws {

// Whether the profile has sso_account_id or sso_role_name.
bool has_sso(const ProfileFiles::Section& profile);

// Error (Usage): a setting is missing, an sso_session that does not exist, or one that contradicts
// its profile.
Result<std::unique_ptr<CredentialsSource>> sso_credentials(ProviderContext context,
                                                           const std::string& profile);

}  // namespace trailwarden::aws
