// One strong 64-bit hash for every table of names and for telling repeats: XXH3.
#pragma once

#include <cstdint>
#include <string_view>

namespace trailwarden {

// The same value on every machine and in every run: results may depend on it.
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

// For hash maps keyed by std::string that are asked with string_views.
struct TextHash {
  using is_transparent = void;
  using is_avalanching = void;
  std::size_t operator()(std::string_view text) const { return hash64(text); }
};

}  // namespace trailwarden
