// The table that --store dynamodb:TABLE names.
#pragma once

#include <memory>

#include "base/result.h"
#include "cli/options.h"
#include "store/live_store.h"

namespace trailwarden::cli {

bool names_shared_table(const Request& request);

// Asks nothing of AWS yet. Error: Usage.
Result<std::unique_ptr<store::LiveStore>> open_shared_table(const Request& request);

}  // namespace trailwarden::cli
