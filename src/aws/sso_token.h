// The token that `aws sso login` left in ~/.aws/sso/cache, renewed where it can be. Source of fact:
// botocore's tokens.py; IAM Identity Center OIDC API Reference, "CreateToken".
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "aws/credentials_source.h"

namespace trailwarden::aws {

// How a profile signs in.
struct SsoSession {
  std::string name;       // Of the [sso-session]; empty for a profile that says it all itself.
  std::string start_url;  // Names the token's file where there is no session.
  std::string region;
  std::string login_hint;  // "run 'aws sso login --profile audit'"
};

// An access token that is good now. With less than 15 minutes left it is renewed by its refresh
// token and written back for the AWS CLI and the next run; if that fails, the old one serves while
// it lasts. Failure: Credentials, with the session's hint.
Outcome<std::string> sso_access_token(const ProviderContext& context, const SsoSession& session,
                                      const std::stop_token& stop);

}  // namespace trailwarden::aws
