// One strong 64-bit hash for every table of names and for telling repeats: XXH3.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace trailwarden {

// The same value on every machine and in every run: results may depend on it.
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

// Of a number and several texts, each by itself and then their hashes: no hash waits for the one
// before it.
std::uint64_t hash64(std::uint64_t number, std::initializer_list<std::string_view> texts);

// For hash maps keyed by std::string that are asked with string_views.
struct TextHash {
  using is_transparent = void;
  using is_avalanching = void;
  std::size_t operator()(std::string_view text) const { return hash64(text); }
};

}  // namespace trailwarden
