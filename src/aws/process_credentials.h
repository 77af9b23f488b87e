// A profile's credential_process: a program of the user's that prints keys. Source of fact: AWS
// SDKs and Tools Reference Guide, "Process credential provider".
#pragma once

#include <memory>
#include <string>

#include "aws/credentials_source.h"
#include "aws/process.h"

namespace trailwarden::aws {

// Runs `command` at each fetch. What it prints on standard error is shown only when it fails.
std::unique_ptr<CredentialsSource> process_credentials(std::string profile, std::string command,
                                                       ProcessLimits limits = {});

}  // namespace trailwarden::aws
