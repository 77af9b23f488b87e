// Texts of which is known that they say nothing to a model: most of what callers write is the same
// in record after record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace trailwarden::injection {

// The latest of some thousand texts, by a hash with a seed that nobody outside knows: a text cannot
// be made to pass for another. One thread.
class QuietTexts {
 public:
  QuietTexts();

  std::uint64_t print(std::string_view text) const { return hash64(text, seed_); }
  bool has(std::uint64_t print) const { return prints_[print % kTexts] == print; }
  void add(std::uint64_t print) { prints_[print % kTexts] = print; }

 private:
  static constexpr std::size_t kTexts = 8192;

  std::uint64_t seed_;
  std::vector<std::uint64_t> prints_;
};

}  // namespace trailwarden::injection
