// Where in a store the trails' files are.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "integrity/chain.h"
#include "integrity/store.h"

namespace trailwarden::integrity {

inline constexpr std::string_view kDigestFolder = "CloudTrail-Digest";

// AWSLogs/[ORGANISATION/]ACCOUNT/, in which the folders CloudTrail-Digest, CloudTrail, … lie.
struct AccountFolder {
  std::string path;                      // In the store: empty, or ends with '/'.
  std::vector<std::string> log_folders;  // "CloudTrail", "CloudTrail-Insight", …
  std::vector<std::string> regions;      // Of digests or log files.
};

Result<std::vector<AccountFolder>> find_accounts(Store& store, const std::stop_token& stop);

// Hands out the keys of the files in a region's folder (REGION/YYYY/MM/DD/…), of the days of the
// period and of those before and after it.
Result<void> files_of_period(Store& store, const std::string& region_folder, const Period& period,
                             const std::function<void(std::string key)>& on_file);

}  // namespace trailwarden::integrity
