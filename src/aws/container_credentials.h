// Keys of a task's or pod's role: ECS, and EKS Pod Identity. Source of fact: AWS SDKs and Tools
// Reference Guide, "Container credential provider".
#pragma once

#include <memory>

#include "aws/credentials_source.h"

namespace trailwarden::aws {

// Whether AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI is set.
bool has_container_credentials(const Settings& settings);

// Where plain HTTP is used, only to this machine and the addresses of the agents. Three tries, a
// second apart. The authorisation token's file is read at each fetch: EKS rotates it.
std::unique_ptr<CredentialsSource> container_credentials(ProviderContext context);

}  // namespace trailwarden::aws
