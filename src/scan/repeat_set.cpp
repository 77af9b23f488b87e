#include "scan/repeat_set.h"

#include <algorithm>

namespace trailwarden::scan {
namespace {

// 85 % full is where linear probing with good hashes still ends after a few slots.
constexpr std::size_t kFullNumerator = 17;
constexpr std::size_t kFullDenominator = 20;

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

RepeatSet::RepeatSet() {
  // Sizes are staggered so that the shards do not all grow at the same moment.
  for (std::size_t i = 0; i < kShards; ++i) {
    shards_[i].slots.resize(256 + i * 2);
    publish(shards_[i]);
  }
}

bool RepeatSet::insert(std::uint64_t fingerprint) {
  if (fingerprint == 0) fingerprint = 1;
  Shard& shard = shards_[fingerprint % kShards];
  const std::lock_guard lock(shard.mutex);
  const std::size_t slot = find(shard.slots, fingerprint);
  if (shard.slots[slot] == fingerprint) return false;
  shard.slots[slot] = fingerprint;
  ++shard.used;
  if (shard.used * kFullDenominator >= shard.slots.size() * kFullNumerator) grow(shard);
  return true;
}

void RepeatSet::prefetch(std::uint64_t fingerprint) const {
  // Without the lock: the pointer and size may be of different moments, or old, and then the hint
  // is for the wrong place; nothing is read through it.
  const Shard& shard = shards_[fingerprint % kShards];
  const std::uint64_t* slots = shard.hint.load(std::memory_order_relaxed);
  __builtin_prefetch(slots +
                     slot_for(fingerprint, shard.hint_size.load(std::memory_order_relaxed)));
}

void RepeatSet::grow(Shard& shard) {
  std::vector<std::uint64_t> larger(shard.slots.size() + shard.slots.size() / 2);
  for (const std::uint64_t fingerprint : shard.slots) {
    if (fingerprint != 0) larger[find(larger, fingerprint)] = fingerprint;
  }
  shard.slots.swap(larger);
  publish(shard);
}

void RepeatSet::publish(Shard& shard) {
  shard.hint.store(shard.slots.data(), std::memory_order_relaxed);
  shard.hint_size.store(shard.slots.size(), std::memory_order_relaxed);
}

std::size_t RepeatSet::size() const {
  std::size_t total = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    total += shard.used;
  }
  return total;
}

std::size_t RepeatSet::memory_bytes() const {
  std::size_t total = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    total += shard.slots.capacity() * sizeof(std::uint64_t);
  }
  return total;
}

}  // namespace trailwarden::scan
