// What the names of CloudTrail's files say. Source of fact: AWS CloudTrail User Guide, "Finding
// your CloudTrail log files" and "CloudTrail digest file structure".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/utc_time.h"

namespace trailwarden::integrity {

// ACCOUNT_CloudTrail-Digest_REGION_TRAIL_HOMEREGION_20260311T090131Z.json.gz; backfill digests end
// with Z_backfill.json.gz.
struct DigestName {
  std::string account;
  std::string region;       // Whose log files it names.
  std::string trail;        // May hold '_'.
  std::string home_region;  // Where the trail was made.
  UnixSeconds end = 0;      // Of the time it covers.
  bool backfill = false;

  friend bool operator==(const DigestName&, const DigestName&) = default;
};

// `file`: the name without folders. nullopt: no digest's name.
std::optional<DigestName> parse_digest_name(std::string_view file);

// When the log file ACCOUNT_FOLDER_REGION_20260311T0905Z_UNIQUE.json.gz was delivered, to about
// five minutes. nullopt: no log file's name.
std::optional<UnixSeconds> log_time(std::string_view file);

// The part behind the last '/'.
std::string_view file_part(std::string_view key);

// Whether CloudTrail gives its log and digest files such a name: what else lies in a bucket is none
// of our business.
bool is_trail_file(std::string_view key);

// Whether `key` ends with `tail`, whole folders compared.
bool ends_with_path(std::string_view key, std::string_view tail);

}  // namespace trailwarden::integrity
