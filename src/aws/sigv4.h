// Signature Version 4: signs one HTTP request by its header fields. Source of fact: IAM User Guide,
// "AWS Signature Version 4 for API requests"; awslabs/aws-c-auth's signing test suite.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "net/http.h"

namespace trailwarden::aws {

struct SigningScope {
  std::string region;
  std::string service;  // The signing name: "s3", "bedrock".
  SystemTime time;
  // S3: the path is taken as it is on the wire. Every other service: dot segments and empty ones
  // are resolved, and the path is encoded once more.
  bool normalizes_path = true;
  // Sends and signs x-amz-content-sha256, as S3 demands.
  bool signs_body_hash = false;
};

// Adds Host (if absent), X-Amz-Date, X-Amz-Security-Token, X-Amz-Content-Sha256 (as the scope says)
// and Authorization to `request`, replacing those of an earlier attempt. Every header field is
// signed but those that proxies change (connection, user-agent, …).
void sign(net::Request& request, const Credentials& credentials, const SigningScope& scope);

// How long a presigned URL may be good.
inline constexpr std::chrono::seconds kPresignedMax = std::chrono::hours(7 * 24);

// `url` with a signature in its query: whoever has it may GET what it names, for `good_for` (up to
// kPresignedMax) from scope.time on, or until the keys expire if that is sooner. A secret, as a
// password is. Source of fact: Amazon S3 API Reference, "Authenticating Requests: Using Query
// Parameters (AWS Signature Version 4)".
std::string presigned_url(const net::Url& url, const Credentials& credentials,
                          const SigningScope& scope, std::chrono::seconds good_for);

// The parts of sign(), for tests and for messages about refused signatures.
std::string canonical_request(const net::Request& request, const SigningScope& scope);
std::string string_to_sign(std::string_view canonical_request, const SigningScope& scope);

// Percent-encodes every byte but A-Z a-z 0-9 - . _ ~ (and '/' if `keep_slash`), with capital
// digits.
std::string percent_encode(std::string_view text, bool keep_slash = false);
// Undoes it: '%' that no two hexadecimal digits follow stands for itself, and '+' is a plus sign.
std::string percent_decode(std::string_view text);

// Lower-case hexadecimal SHA-256 of `bytes`.
std::string sha256_hex(std::string_view bytes);

}  // namespace trailwarden::aws
