// The objects of S3 as a feed: listed, fetched ahead of the readers, handed out whole.
//
//   S3Feed feed(store, {{"logs", "AWSLogs/"}}, {.days = days_of(since, until)}, progress, stop);
//   while (auto portion = TW_TRY(feed.next(stop))) reader.read(*portion, visitor, stop);
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "cloudtrail/feed.h"
#include "source/listing.h"
#include "source/object_store.h"

namespace trailwarden::source {

// Bounds of what is held and under way; tests try smaller ones.
struct FetchLimits {
  // 16 keep two cores busy with answers that take 30 ms each; see docs/PERFORMANCE.md.
  std::size_t gets_in_flight = 16;
  // Objects begun and not yet handed out: their count, and their bytes (one may always be begun).
  // From there on none is begun until half of them are left.
  std::size_t objects_ahead_max = 64;
  std::uint64_t bytes_ahead_max = std::uint64_t{32} << 20;
  // A larger object is not fetched whole but in ranges, as its reader comes to them.
  std::uint64_t whole_object_max = std::uint64_t{8} << 20;
  // What no answer came for is asked again, this often, after longer and longer pauses: the
  // client's own attempts have then been in vain each time.
  unsigned rounds = 3;
  std::chrono::milliseconds pause{1000};
};

struct S3FeedOptions {
  cloudtrail::FeedOrder order = cloudtrail::FeedOrder::Quickest;
  Days days;
  std::function<bool(const ListedObject& object)> wanted{};  // As ListingOptions::wanted.
  // Whether the reader has no need of this object's bytes any more: it is handed out without.
  std::function<bool(const std::string& name, const std::string& version)> is_known;
  FetchLimits fetch;
  std::size_t lists_in_flight = 8;
};

// An object that is gone since it was listed, archived or denied is handed out as a Problem. The
// feed fails when a list fails, when credentials do, when an object stays without an answer, when
// an object that the user named by its whole key cannot be had, and when none of all could be read.
class S3Feed final : public cloudtrail::Feed {
 public:
  // `progress` outlives it. A stop on `stop` ends it.
  S3Feed(std::shared_ptr<ObjectStore> store, std::vector<aws::S3Location> locations,
         S3FeedOptions options, cloudtrail::FeedProgress& progress, const std::stop_token& stop);
  ~S3Feed() override;

  Result<std::optional<cloudtrail::Portion>> next(const std::stop_token& stop) override;

 private:
  // An object on its way, in the order of the listing.
  struct Slot {
    ListedObject object;
    std::optional<cloudtrail::Portion> portion;  // Once it is here.
  };

  using Slots = std::deque<std::unique_ptr<Slot>>;

  void run();
  Slot* begin_next();
  bool wait_for_room();
  void look_for_room();
  Result<cloudtrail::Portion> fetch(const ListedObject& object);
  void arrive(Slot& slot, Result<cloudtrail::Portion> portion);
  void give_up(Error error);
  Slots::iterator arrived();
  Result<std::optional<cloudtrail::Portion>> next_left_out();

  const std::shared_ptr<ObjectStore> store_;
  const S3FeedOptions options_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> on_stop_;
  Listing listing_;

  std::mutex listing_mutex_;              // Who takes the next object of the listing.
  std::mutex mutex_;                      // Everything below but the threads.
  std::condition_variable_any room_;      // is_filling_ became true, or there is no more to do.
  std::condition_variable_any arrivals_;  // What next() waits for.
  Slots slots_;
  std::uint64_t bytes_ahead_ = 0;
  bool is_filling_ = true;  // Objects may be begun.
  bool listed_all_ = false;
  std::optional<std::vector<std::string>> left_out_;
  std::uint64_t had_ = 0;
  std::uint64_t refused_ = 0;
  std::string first_refusal_;
  std::optional<Error> failure_;
  std::vector<std::jthread> threads_;  // Last: joined before what they use.
};

}  // namespace trailwarden::source
