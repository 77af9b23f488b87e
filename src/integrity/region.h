// One account's trails in one region, from their digests to their log files.
#pragma once

#include "integrity/log_files.h"
#include "integrity/survey.h"
#include "integrity/verify.h"

namespace trailwarden::integrity {

// Adds what it finds to `findings`. `keys` is asked, and first filled where options say how.
Result<void> verify_region(Store& store, const AccountFolder& account, const std::string& region,
                           PublicKeys& keys, const Options& options, Progress& progress,
                           const std::stop_token& stop, Findings& findings);

}  // namespace trailwarden::integrity
