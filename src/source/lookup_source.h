// CloudTrail's LookupEvents as a live source, and as a feed for those who read once to the end.
//
// Management events of the last 90 days, without a trail or a bucket; two calls a second for each
// account and region, fifty events a call.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "aws/client.h"
#include "cloudtrail/feed.h"
#include "source/bell.h"
#include "source/live_source.h"
#include "source/lookup_mark.h"
#include "source/lookup_region.h"

namespace trailwarden::source {

// Whether an input names LookupEvents and no file.
bool is_lookup_input(std::string_view input);

// The regions of "lookup:eu-north-1,us-east-1"; of "lookup:" the session's own. Error: Usage, no
// such input, a name that is none, or no region known.
Result<std::vector<std::string>> parse_lookup_input(std::string_view input,
                                                    std::string_view session_region);

struct LookupSetup {
  std::vector<std::string> regions{};  // Each once.
  UnixSeconds since = 0;               // Of regions without a mark.
  std::optional<UnixSeconds> until{};  // Nothing: follow.
  std::chrono::seconds poll{60};       // LookupTask::poll
  LookupMarks marks{};                 // Where an earlier run stopped.
  std::shared_ptr<LookupRate> rate{};  // One for the process.

  void add_region(std::string region);  // Unless it is there.
};

// Reads its regions at once, each in a thread, some pages ahead of who asks.
class LookupSource final : public LiveSource {
 public:
  LookupSource(const aws::Session& session, const LookupSetup& setup, const Note& note);
  explicit LookupSource(std::vector<std::unique_ptr<LookupRegion>> regions);
  ~LookupSource() override;

  Result<std::optional<Delivery>> next(const std::stop_token& stop) override;
  void done(Receipt receipt) override;
  void failed(Receipt receipt, std::string_view reason) override;
  void close() override;

  // How far each region was handled: to be kept and given to the next run. May be called at any
  // time, also behind close().
  LookupMarks marks() const;

 private:
  void list(std::size_t region, const std::stop_token& stop);
  void settle(Receipt receipt, bool is_done);
  bool push(Delivery delivery, const std::stop_token& stop);

  const std::vector<std::unique_ptr<LookupRegion>> regions_;
  Bell taken_;  // Rung when there is room for a page.
  Bell added_;  // Rung when there is a page, or will be none.
  std::mutex mutex_;
  std::deque<Delivery> pages_;
  std::optional<Error> error_;
  std::size_t listing_ = 0;            // Regions that are not at their end.
  std::vector<std::jthread> threads_;  // Last member: joined before what it uses.
};

// Everything up to the end, as scan reads it. Pages count as done when they are handed out.
class LookupFeed final : public cloudtrail::Feed {
 public:
  // `setup.until` is set. `progress` outlives the feed.
  LookupFeed(std::unique_ptr<LookupSource> source, cloudtrail::FeedProgress& progress);

  Result<std::optional<cloudtrail::Portion>> next(const std::stop_token& stop) override;

 private:
  const std::unique_ptr<LookupSource> source_;
  cloudtrail::FeedProgress& progress_;
};

}  // namespace trailwarden::source
