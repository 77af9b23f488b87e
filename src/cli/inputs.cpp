#include "cli/inputs.h"

#include <malloc.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <span>
#include <string_view>
#include <utility>

#include "aws/s3.h"
#include "cli/aws_session.h"
#include "cli/store_feed.h"
#include "source/feeds_in_turn.h"
#include "source/lookup_source.h"
#include "source/s3_feed.h"

namespace trailwarden::cli {
namespace {

using Inputs = std::span<const std::string>;

enum class InputKind : std::uint8_t { Files, S3, Lookup, Store };

InputKind kind_of(std::string_view input) {
  if (is_s3_url(input)) return InputKind::S3;
  if (is_store_input(input)) return InputKind::Store;
  return source::is_lookup_input(input) ? InputKind::Lookup : InputKind::Files;
}

// The inputs at the front that are of one kind.
Inputs run_of_one_kind(Inputs inputs) {
  const InputKind kind = kind_of(inputs.front());
  const auto end = std::find_if(inputs.begin(), inputs.end(), [kind](const std::string& input) {
    return kind_of(input) != kind;
  });
  return {inputs.begin(), end};
}

// Objects come and go by hundreds of kilobytes, got by one thread and read by another. As glibc
// comes, it gives the memory of each back to the kernel, which clears it for the next one; with
// this it keeps 64 MiB (mallopt(3)).
void keep_memory_of_objects() {
  constexpr int kMiB = 1 << 20;
  // NOLINTBEGIN(concurrency-mt-unsafe): malloc takes its lock for each of them.
  mallopt(M_MMAP_THRESHOLD, 32 * kMiB);
  mallopt(M_TRIM_THRESHOLD, 64 * kMiB);
  mallopt(M_TOP_PAD, 4 * kMiB);
  // NOLINTEND(concurrency-mt-unsafe)
}

// Threads that get objects and threads that read them wake each other all the time. Under this
// policy, which threads begun from here on inherit, the one that is woken does not push aside the
// one that runs (sched(7)): both get more done. Where it is refused, all goes on as before.
void favour_throughput() {
  const sched_param none{};
  (void)::sched_setscheduler(0, SCHED_BATCH, &none);
}

class FeedOpener {
 public:
  FeedOpener(const Request& request, const FeedRequest& wanted, cloudtrail::FeedProgress& progress,
             const std::stop_token& stop)
      : request_(request), wanted_(wanted), progress_(progress), stop_(stop) {}

  Result<std::unique_ptr<cloudtrail::Feed>> open(Inputs inputs) {
    const InputKind kind = kind_of(inputs.front());
    if (kind == InputKind::S3) return open_s3(inputs);
    if (kind == InputKind::Lookup) return open_lookup(inputs);
    if (kind == InputKind::Store) return open_stores(inputs);
    return TW_TRY(cloudtrail::FileFeed::open(inputs, wanted_.order, progress_));
  }

 private:
  Result<std::unique_ptr<cloudtrail::Feed>> open_s3(Inputs inputs) {
    std::vector<aws::S3Location> locations;
    for (const std::string& input : inputs) {
      locations.push_back(TW_TRY(aws::parse_s3_url(input)));
    }
    favour_throughput();
    if (!store_) {
      store_ = std::make_shared<source::S3Store>(TW_TRY(session()));
    }
    keep_memory_of_objects();
    return std::make_unique<source::S3Feed>(
        store_, std::move(locations),
        source::S3FeedOptions{.order = wanted_.order,
                              .days = source::days_of(wanted_.since, wanted_.until),
                              .is_known = wanted_.is_known,
                              .fetch = {}},
        progress_, stop_);
  }

  Result<std::unique_ptr<cloudtrail::Feed>> open_lookup(Inputs inputs) {
    const aws::Session in_aws = TW_TRY(session());
    const UnixSeconds now = std::time(nullptr);
    source::LookupSetup setup{.since = wanted_.since.value_or(0),
                              .until = std::min(wanted_.until.value_or(now), now)};
    for (const std::string& input : inputs) {
      auto regions = TW_TRY(source::parse_lookup_input(input, in_aws.settings->region));
      for (std::string& region : regions) setup.add_region(std::move(region));
    }
    setup.rate = std::make_shared<source::LookupRate>(std::chrono::steady_clock::now, in_aws.sleep);
    return std::make_unique<source::LookupFeed>(
        std::make_unique<source::LookupSource>(in_aws, setup, tell), progress_);
  }

  Result<std::unique_ptr<cloudtrail::Feed>> open_stores(Inputs inputs) {
    std::vector<std::unique_ptr<cloudtrail::Feed>> feeds;
    for (const std::string& input : inputs) {
      feeds.push_back(TW_TRY(StoreFeed::open(input, wanted_.since, wanted_.until, progress_)));
    }
    return std::make_unique<source::FeedsInTurn>(std::move(feeds));
  }

  static void tell(std::string_view line) {
    std::fprintf(stderr, "trailwarden: %.*s\n", static_cast<int>(line.size()), line.data());
  }

  Result<aws::Session> session() {
    if (!session_) session_ = TW_TRY(open_aws_session(request_));
    return *session_;
  }

  const Request& request_;
  const FeedRequest& wanted_;
  cloudtrail::FeedProgress& progress_;
  const std::stop_token& stop_;
  std::optional<aws::Session> session_;
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
