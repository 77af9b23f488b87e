// HMAC-SHA256 (RFC 2104), by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace trailwarden::sink {

// In lower-case hexadecimal.
std::string hmac_sha256_hex(std::string_view key, std::string_view text);

}  // namespace trailwarden::sink
