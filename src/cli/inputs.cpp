#include "cli/inputs.h"

#include <algorithm>
#include <span>
#include <utility>

#include "aws/s3.h"
#include "cli/aws_session.h"
#include "source/feeds_in_turn.h"
#include "source/s3_feed.h"

namespace trailwarden::cli {
namespace {

using Inputs = std::span<const std::string>;

// The inputs at the front that are of one kind.
Inputs run_of_one_kind(Inputs inputs) {
  const bool in_s3 = is_s3_url(inputs.front());
  const auto end = std::find_if(inputs.begin(), inputs.end(), [in_s3](const std::string& input) {
    return is_s3_url(input) != in_s3;
  });
  return {inputs.begin(), end};
}

class FeedOpener {
 public:
  FeedOpener(const Request& request, const FeedRequest& wanted, cloudtrail::FeedProgress& progress,
             const std::stop_token& stop)
      : request_(request), wanted_(wanted), progress_(progress), stop_(stop) {}

  Result<std::unique_ptr<cloudtrail::Feed>> open(Inputs inputs) {
    if (is_s3_url(inputs.front())) return open_s3(inputs);
    return TW_TRY(cloudtrail::FileFeed::open(inputs, wanted_.order, progress_));
  }

 private:
  Result<std::unique_ptr<cloudtrail::Feed>> open_s3(Inputs inputs) {
    std::vector<aws::S3Location> locations;
    for (const std::string& input : inputs) {
      locations.push_back(TW_TRY(aws::parse_s3_url(input)));
    }
    if (!store_) {
      store_ = std::make_shared<source::S3Store>(TW_TRY(open_aws_session(request_)));
    }
    return std::make_unique<source::S3Feed>(
        store_, std::move(locations),
        source::S3FeedOptions{.order = wanted_.order,
                              .days = source::days_of(wanted_.since, wanted_.until),
                              .is_known = wanted_.is_known,
                              .fetch = {}},
        progress_, stop_);
  }

  const Request& request_;
  const FeedRequest& wanted_;
  cloudtrail::FeedProgress& progress_;
  const std::stop_token& stop_;
  std::shared_ptr<source::ObjectStore> store_;
};

}  // namespace

Result<std::unique_ptr<cloudtrail::Feed>> open_feed(const Request& request,
                                                    const FeedRequest& wanted,
                                                    cloudtrail::FeedProgress& progress,
                                                    const std::stop_token& stop) {
  FeedOpener opener(request, wanted, progress, stop);
  std::vector<std::unique_ptr<cloudtrail::Feed>> feeds;
  for (Inputs rest = wanted.inputs; !rest.empty();) {
    const Inputs run = run_of_one_kind(rest);
    feeds.push_back(TW_TRY(opener.open(run)));
    rest = rest.subspan(run.size());
  }
  if (feeds.size() == 1) return std::move(feeds.front());
  return std::make_unique<source::FeedsInTurn>(std::move(feeds));
}

}  // namespace trailwarden::cli
