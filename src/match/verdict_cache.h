// What costly tests said of texts that come again and again: user agents, role names, ARNs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace trailwarden::match {

// A bounded table of (test, text) to verdict; a newcomer takes the place of what had its slot. One
// thread. Texts are compared in full: a hash that somebody makes collide must not lend a verdict.
class VerdictCache {
 public:
  // The verdict of the test number `test` (not 0; no other test in this process has it) on `text`:
  // remembered, or asked of `judge`, which is called with `text`.
  template <class Judge>
  bool verdict(std::uint64_t test, std::string_view text, const Judge& judge) {
    if (text.size() > kTextMax) return judge(text);
    if (slots_.empty()) slots_.resize(kSlots);
    const std::uint64_t hash = hash64(text, test);
    Slot& slot = slots_[hash % kSlots];
    if (slot.test != test || slot.hash != hash || slot.text != text) {
      slot.verdict = judge(text);
      slot.test = test;
      slot.hash = hash;
      slot.text = text;
    }
    return slot.verdict;
  }

 private:
  static constexpr std::size_t kSlots = 4096;
  static constexpr std::size_t kTextMax = 256;  // Longer texts seldom repeat.
  struct Slot {
    std::uint64_t test = 0;
    std::uint64_t hash = 0;
    bool verdict = false;
    std::string text;
  };
  std::vector<Slot> slots_;
};

}  // namespace trailwarden::match
