// AWS, as the user's environment and files set it up. Made only where an input is in AWS: nothing
// else reads those files or opens a connection.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "aws/client.h"
#include "base/result.h"
#include "cli/options.h"

namespace trailwarden::cli {

// Whether an input names a place in S3 and no file.
bool is_s3_url(std::string_view input);

// By --profile and --region over the environment over ~/.aws; proxies and certificates from the
// environment. Asks nobody for keys yet. Error: a file that cannot be parsed, a profile that does
// not exist, credentials that are configured in a way that cannot work.
Result<aws::Session> open_aws_session(const Request& request);

// This process's environment variables; an empty one counts as not set.
std::optional<std::string> variable(const std::string& name);

// Connections by the environment's proxies, trusting `ca_bundle` (a path; empty: SSL_CERT_FILE, or
// the system's).
std::shared_ptr<net::Client> make_http_client(std::string ca_bundle = {});

// Waits, or returns early when a stop is requested.
void sleep_for(std::chrono::milliseconds span, const std::stop_token& stop);

}  // namespace trailwarden::cli
