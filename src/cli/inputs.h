// From the inputs of a request to the feed that scan, match and explain read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cloudtrail/feed.h"

namespace trailwarden::cli {

// Error: an input that does not exist or cannot be read. `progress` outlives the feed.
Result<std::unique_ptr<cloudtrail::Feed>> open_feed(const std::vector<std::string>& inputs,
                                                    cloudtrail::FeedOrder order,
                                                    cloudtrail::FeedProgress& progress);

}  // namespace trailwarden::cli
