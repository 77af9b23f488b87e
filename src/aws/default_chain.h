// The keys that a user's tools would take here, found in the order of the AWS CLI. Source of fact:
// AWS SDKs and Tools Reference Guide, "Standardized credential providers"; botocore's order.
#pragma once

#include <memory>

#include "aws/credentials_source.h"
#include "base/result.h"

namespace trailwarden::aws {

// The first provider that is configured: the environment's keys, a role that the profile assumes,
// AWS_WEB_IDENTITY_TOKEN_FILE, whatever else the profile says, the container's role, the instance's
// role. With --profile, the environment's keys and web identity are passed over. Asks nobody yet;
// only the last of them is a guess. One that is configured but broken is an error, here or by its
// get(): nothing falls through to other keys. `context.direct` may be empty.
Result<std::shared_ptr<CredentialsProvider>> default_chain(ProviderContext context);

}  // namespace trailwarden::aws
