// The instance metadata service (IMDS) of EC2: keys of the instance's role, and its region. Source
// of fact: EC2 User Guide, "Use the Instance Metadata Service".
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "aws/credentials_source.h"

namespace trailwarden::aws {

// Asks by session tokens (IMDSv2). Falls back to plain questions (v1) only where the service does
// not know tokens, or is silent when asked for one (a hop limit of 1 in front of a container), and
// AWS_EC2_METADATA_V1_DISABLED is not true. One thread at a time.
class InstanceMetadata {
 public:
  explicit InstanceMetadata(ProviderContext context);

  // The text at `path`. Failure: Credentials; with `status` 404 when there is no such path.
  Outcome<std::string> get(std::string_view path, const std::stop_token& stop);

 private:
  Result<net::Url> base() const;
  bool allows_v1() const;
  Outcome<void> renew_token(const net::Url& base, const std::stop_token& stop);
  Outcome<net::Response> send(const net::Url& base, std::string_view path,
                              const std::stop_token& stop) const;

  ProviderContext context_;
  std::string token_;                        // Empty: none yet, or v1.
  std::optional<SystemTime> token_expires_;  // Nothing: ask for one first.
};

// Whether AWS_EC2_METADATA_DISABLED is true.
bool is_metadata_disabled(const Settings& settings);

// Keys that come already expired, and old keys while the service is down, go on being used: AWS
// extends their life in such an outage. They are asked for again in 15 minutes plus 2 to 10.
std::unique_ptr<CredentialsSource> instance_credentials(ProviderContext context);

// The instance's region, for those who set none.
Outcome<std::string> instance_region(const ProviderContext& context, const std::stop_token& stop);

}  // namespace trailwarden::aws
