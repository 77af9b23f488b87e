// From the inputs of a request to the feed that scan, match and explain read.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/utc_time.h"
#include "cli/options.h"
#include "cloudtrail/feed.h"

namespace trailwarden::cli {

struct FeedRequest {
  std::vector<std::string> inputs;
  cloudtrail::FeedOrder order = cloudtrail::FeedOrder::Quickest;
  std::optional<UnixSeconds> since = {}, until = {};
  // As source::S3FeedOptions::is_known.
  std::function<bool(const std::string& name, const std::string& version)> is_known = {};
};

// Files, folders, standard input, s3:// URLs, lookup: and stores of watch, in their order. AWS is
// set up, by the options of `request`, only where there is an s3:// URL. Error: an input that does
// not exist or cannot be read, or AWS cannot be set up. `progress` outlives the feed.
Result<std::unique_ptr<cloudtrail::Feed>> open_feed(const Request& request,
                                                    const FeedRequest& wanted,
                                                    cloudtrail::FeedProgress& progress,
                                                    const std::stop_token& stop);

}  // namespace trailwarden::cli
