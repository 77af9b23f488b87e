// The JSON in which containers, instances and processes hand out keys.
#pragma once

#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "base/result.h"

namespace trailwarden::aws {

// Reads AccessKeyId, SecretAccessKey, the session token under `token_name`, and, where present,
// Expiration (ISO 8601) and AccountId. Other members are passed over. Errors say which member is
// missing or wrong and never what any holds, but for Code and Message of a document that refuses:
// instances answer 200 and a Code other than "Success".
Result<Credentials> read_key_document(std::string_view json, std::string_view token_name);

}  // namespace trailwarden::aws
