// Which records have been seen: CloudTrail may deliver one event in several files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/utc_time.h"

namespace trailwarden::scan {

// A set of 64-bit fingerprints for any number of threads. It costs 9.5 to 14.2 bytes a fingerprint
// (8-byte slots, filled to 85 %, grown by half): the "few bytes a record" of the promises in
// docs/ARCHITECTURE.md. Shards grow one by one, so growing never doubles the whole.
// Two different records share a fingerprint with a chance of n²/2^65: 1 in 3,700 for 100 million.
//
// Logs are written in the order of time, so the events of one hour share a few small shards, which
// stay in the processor's cache while that hour is read: one large table would cost a look-up of
// memory and page for every record. Hours 43 days apart share shards too.
class RepeatSet {
 public:
  RepeatSet() : shards_(kShards) {}

  // Whether `fingerprint` is new; it is in the set afterwards. Equal fingerprints must come with
  // equal times: `time` says where to look.
  bool insert(std::uint64_t fingerprint, UnixSeconds time);

  std::size_t size() const;
  std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t kShards = 4096;
  static constexpr std::size_t kShardsAnHour = 4;  // So that threads can share an hour.
  static constexpr std::size_t kLocks = 64;        // Each for every 64th shard.
  struct Shard {
    std::vector<std::uint64_t> slots;  // 0 is an empty slot.
    std::size_t used = 0;
  };
  struct alignas(64) Lock {
    std::mutex mutex;
  };

  static std::size_t shard_for(std::uint64_t fingerprint, UnixSeconds time);
  static void grow(Shard& shard);
  std::mutex& lock_of(std::size_t shard) const { return locks_[shard % kLocks].mutex; }

  mutable std::array<Lock, kLocks> locks_;
  std::vector<Shard> shards_;
};

}  // namespace trailwarden::scan
