// Several feeds as one.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "cloudtrail/feed.h"

namespace trailwarden::source {

// Hands out all of one feed, then all of the next.
class FeedsInTurn final : public cloudtrail::Feed {
 public:
  explicit FeedsInTurn(std::vector<std::unique_ptr<cloudtrail::Feed>> feeds)
      : feeds_(std::move(feeds)) {}

  Result<std::optional<cloudtrail::Portion>> next(const std::stop_token& stop) override {
    for (std::size_t at = current_; at < feeds_.size(); at = current_) {
      auto portion = feeds_[at]->next(stop);
      if (!portion || *portion || stop.stop_requested()) return portion;
      current_.compare_exchange_strong(at, at + 1);
    }
    return std::nullopt;
  }

 private:
  const std::vector<std::unique_ptr<cloudtrail::Feed>> feeds_;
  std::atomic<std::size_t> current_{0};
};

}  // namespace trailwarden::source
