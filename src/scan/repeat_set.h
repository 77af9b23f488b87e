// Which records have been seen: CloudTrail may deliver one event in several files.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace trailwarden::scan {

// A set of 64-bit fingerprints for any number of threads. It costs 9.5 to 14.2 bytes a fingerprint
// (8-byte slots, filled to 85 %, grown by half): the "few bytes a record" of the promises in
// docs/ARCHITECTURE.md. Shards grow one after the other, so growing never doubles the whole.
// Two different records share a fingerprint with a chance of n²/2^65: 1 in 3,700 for 100 million.
class RepeatSet {
 public:
  RepeatSet();

  // Whether `fingerprint` is new; it is in the set afterwards.
  bool insert(std::uint64_t fingerprint);

  // Asks the processor for the memory that insert() will look at; worth it some hundred
  // nanoseconds ahead.
  void prefetch(std::uint64_t fingerprint) const;

  std::size_t size() const;
  std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t kShards = 64;
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    std::vector<std::uint64_t> slots;  // 0 is an empty slot.
    std::size_t used = 0;
    std::atomic<const std::uint64_t*> hint{nullptr};  // Where the slots are and how many: for
    std::atomic<std::size_t> hint_size{0};            // prefetch(), which takes no lock.
  };
  static void grow(Shard& shard);
  static void publish(Shard& shard);
  std::array<Shard, kShards> shards_;
};

}  // namespace trailwarden::scan
