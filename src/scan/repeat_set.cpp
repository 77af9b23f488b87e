#include "scan/repeat_set.h"

#include <algorithm>

namespace trailwarden::scan {
namespace {

// 85 % full is where linear probing with good hashes still ends after a few slots.
constexpr std::size_t kFullNumerator = 17;
constexpr std::size_t kFullDenominator = 20;
constexpr std::size_t kSlotsMin = 8;
constexpr UnixSeconds kHour = 3600;

// Maps a hash to a slot of a table of any size without a division (Lemire's multiply-shift).
std::size_t slot_for(std::uint64_t fingerprint, std::size_t slots) {
  return static_cast<std::size_t>((static_cast<__uint128_t>(fingerprint) * slots) >> 64U);
}

// Where `fingerprint` is, or the empty slot where it belongs.
std::size_t find(const std::vector<std::uint64_t>& slots, std::uint64_t fingerprint) {
  std::size_t slot = slot_for(fingerprint, slots.size());
  while (slots[slot] != 0 && slots[slot] != fingerprint) {
    if (++slot == slots.size()) slot = 0;
  }
  return slot;
}

}  // namespace

std::size_t RepeatSet::shard_for(std::uint64_t fingerprint, UnixSeconds time) {
  const auto hour = static_cast<std::uint64_t>(time / kHour);
  return (hour * kShardsAnHour + fingerprint % kShardsAnHour) % kShards;
}

bool RepeatSet::insert(std::uint64_t fingerprint, UnixSeconds time) {
  if (fingerprint == 0) fingerprint = 1;
  const std::size_t number = shard_for(fingerprint, time);
  Shard& shard = shards_[number];
  const std::lock_guard lock(lock_of(number));
  if (shard.used * kFullDenominator >= shard.slots.size() * kFullNumerator) grow(shard);
  const std::size_t slot = find(shard.slots, fingerprint);
  if (shard.slots[slot] == fingerprint) return false;
  shard.slots[slot] = fingerprint;
  ++shard.used;
  return true;
}

void RepeatSet::grow(Shard& shard) {
  const std::size_t size = shard.slots.size();
  std::vector<std::uint64_t> larger(std::max(kSlotsMin, size + size / 2));
  for (const std::uint64_t fingerprint : shard.slots) {
    if (fingerprint != 0) larger[find(larger, fingerprint)] = fingerprint;
  }
  shard.slots.swap(larger);
}

std::size_t RepeatSet::size() const {
  std::size_t total = 0;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    const std::lock_guard lock(lock_of(i));
    total += shards_[i].used;
  }
  return total;
}

std::size_t RepeatSet::memory_bytes() const {
  std::size_t total = 0;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    const std::lock_guard lock(lock_of(i));
    total += sizeof(Shard) + shards_[i].slots.capacity() * sizeof(std::uint64_t);
  }
  return total;
}

}  // namespace trailwarden::scan
