#include "cli/inputs.h"

namespace trailwarden::cli {

Result<std::unique_ptr<cloudtrail::Feed>> open_feed(const std::vector<std::string>& inputs,
                                                    cloudtrail::FeedOrder order,
                                                    cloudtrail::FeedProgress& progress) {
  return TW_TRY(cloudtrail::FileFeed::open(inputs, order, progress));
}

}  // namespace trailwarden::cli
