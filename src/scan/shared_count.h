// One thread's additions to a number that several threads add to.
#pragma once

#include <atomic>
#include <cstdint>

namespace trailwarden::scan {

// Told now and then and at its end: one by one, the number would pass from processor to processor
// for each record.
class SharedCount {
 public:
  explicit SharedCount(std::atomic<std::uint64_t>& all) : all_(all) {}
  ~SharedCount() { tell(); }
  SharedCount(const SharedCount&) = delete;
  SharedCount& operator=(const SharedCount&) = delete;

  void add_one() {
    if (++untold_ == kToldAt) tell();
  }

 private:
  static constexpr std::uint64_t kToldAt = 256;

  void tell() {
    all_.fetch_add(untold_, std::memory_order_relaxed);
    untold_ = 0;
  }

  std::atomic<std::uint64_t>& all_;
  std::uint64_t untold_ = 0;
};

}  // namespace trailwarden::scan
