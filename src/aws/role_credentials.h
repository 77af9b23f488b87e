// Keys of a role, by STS: assumed with other keys, or with the token of an identity provider.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aws/credentials_source.h"

namespace trailwarden::aws {

struct Role {
  std::string arn;
  std::string session_name;  // Empty: "trailwarden-" and the time.
  std::string external_id;
  std::optional<unsigned> duration_seconds;
};

// AssumeRole with the keys of `keys`. `profile` is for messages.
std::unique_ptr<CredentialsSource> assumed_role(ProviderContext context, std::string profile,
                                                Role role,
                                                std::shared_ptr<CredentialsProvider> keys);

// AssumeRoleWithWebIdentity with the token in `token_file`, read anew each time: EKS rotates it.
std::unique_ptr<CredentialsSource> web_identity_role(ProviderContext context,
                                                     std::string token_file, Role role);

}  // namespace trailwarden::aws
