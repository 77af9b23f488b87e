#include "base/hash.h"

#include <array>
#include <cassert>
#include <cstddef>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace trailwarden {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::uint64_t hash64(std::uint64_t number, std::initializer_list<std::string_view> texts) {
  std::array<std::uint64_t, 16> parts{};
  assert(texts.size() < parts.size());
  std::size_t count = 0;
  parts[count++] = number;
  for (const std::string_view text : texts) {
    parts[count++] = XXH3_64bits(text.data(), text.size());
  }
  return XXH3_64bits(parts.data(), count * sizeof parts[0]);
}

}  // namespace trailwarden
