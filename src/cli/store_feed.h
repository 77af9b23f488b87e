// The events of a store of watch, as logs to be read: those with findings, with what was recorded.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc_time.h"
#include "cloudtrail/feed.h"
#include "store/store.h"

namespace trailwarden::cli {

// Whether an input names a store: "store:PATH".
bool is_store_input(std::string_view input);

// Hands out a case's records at a time, also while watch writes: what is there when it is opened.
// Memory: the cases' ids, and the records of one case a thread.
class StoreFeed final : public cloudtrail::Feed {
 public:
  // Cases without an event in [since, until) are left out; whoever reads filters events. Error: the
  // store's.
  static Result<std::unique_ptr<StoreFeed>> open(std::string_view input,
                                                 std::optional<UnixSeconds> since,
                                                 std::optional<UnixSeconds> until,
                                                 cloudtrail::FeedProgress& progress);

  Result<std::optional<cloudtrail::Portion>> next(const std::stop_token& stop) override;

 private:
  StoreFeed(std::string input, std::unique_ptr<store::Store> store, std::vector<std::string> cases)
      : input_(std::move(input)), store_(std::move(store)), cases_(std::move(cases)) {}

  const std::string input_;
  const std::unique_ptr<store::Store> store_;
  const std::vector<std::string> cases_;
  std::atomic<std::size_t> next_{0};
};

// What the stores among `inputs` counted and did not keep, by hours (store::Store::activity).
// Nothing where other inputs are as well: they may hold the same events. Error: a store's.
Result<triage::ActivityCounts> counted_in(const std::vector<std::string>& inputs,
                                          std::optional<UnixSeconds> since,
                                          std::optional<UnixSeconds> until);

}  // namespace trailwarden::cli
