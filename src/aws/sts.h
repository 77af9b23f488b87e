// What is asked of STS: keys of a role, and who one is. Source of fact: AWS STS API Reference.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "aws/credentials.h"
#include "aws/failure.h"

namespace trailwarden::aws {

struct Session;

struct AssumeRoleRequest {
  std::string role_arn;
  std::string session_name;
  std::string external_id;                        // Empty: none.
  std::optional<unsigned> duration_seconds = {};  // Nothing: the role's own default, one hour.
};

struct WebIdentityRequest {
  std::string role_arn;
  std::string session_name;
  std::string token;  // Read from its file just now; never shown.
  std::optional<unsigned> duration_seconds = {};
};

struct CallerIdentity {
  std::string account;
  std::string arn;
  std::string user_id;
};

// How credential providers reach STS. An interface, so that the default chain stands below the
// client that needs credentials itself. Safe for any number of threads.
class StsCalls {
 public:
  virtual ~StsCalls() = default;
  // Signed with what `keys` gives. The answer has an expiry, and the account of the role's ARN.
  virtual Outcome<Credentials> assume_role(const AssumeRoleRequest& request,
                                           std::shared_ptr<CredentialsProvider> keys,
                                           const std::stop_token& stop) = 0;
  // Not signed. IDPCommunicationError is tried again like other passing failures.
  virtual Outcome<Credentials> assume_role_with_web_identity(const WebIdentityRequest& request,
                                                             const std::stop_token& stop) = 0;
};

// StsCalls over client.h, in the session's region. Of `session`, everything but its credentials is
// used: the chain that they come from may be what asks.
std::shared_ptr<StsCalls> make_sts_calls(Session session);

// GetCallerIdentity with the session's credentials.
Outcome<CallerIdentity> get_caller_identity(const Session& session,
                                            const std::stop_token& stop = {});

}  // namespace trailwarden::aws
