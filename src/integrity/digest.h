// A digest file: what CloudTrail says, once an hour and signed, of the log files that it delivered.
// Source of fact: AWS CloudTrail User Guide, "CloudTrail digest file structure" and "Custom
// implementations of CloudTrail log file integrity validation".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc_time.h"

namespace trailwarden::integrity {

struct LogReference {
  std::string bucket;
  std::string key;
  std::string hash;  // Hexadecimal SHA-256 of the unpacked file.
};

// Which digest came before, as a digest names it.
struct PreviousDigest {
  std::string bucket;
  std::string key;
  std::string hash;
};

struct Digest {
  std::string account;
  std::string bucket;  // Where it was delivered,
  std::string key;     // by its own word.
  std::string fingerprint;
  std::string end_text;  // As it stands in the file: it is signed.
  UnixSeconds start = 0;
  UnixSeconds end = 0;
  std::optional<PreviousDigest> previous;         // Nothing: a starting digest.
  std::optional<std::string> previous_signature;  // As it stands in the file: it is signed.
  std::vector<LogReference> logs;
};

// Digests are some kilobytes; a busy hour of data events makes megabytes.
inline constexpr std::size_t kDigestBytesMax = std::size_t{64} << 20U;

// Error: no JSON, or a field that the validation needs is missing or of another type.
Result<Digest> parse_digest(std::string_view json);

// What CloudTrail signed. `content_hash`: hexadecimal SHA-256 of the digest file, unpacked.
std::string string_to_sign(const Digest& digest, std::string_view content_hash);

}  // namespace trailwarden::integrity
