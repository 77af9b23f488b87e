// What costly tests said of texts that come again and again: user agents, role names, ARNs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trailwarden::match {

// A bounded table of (test, text) to verdict; a newcomer takes the place of what had its slot. One
// thread. Texts are compared in full: a hash that somebody makes collide must not lend a verdict.
class VerdictCache {
 public:
  // `test` is a number, not 0, that no other test in this process has. Nothing: not known.
  std::optional<bool> find(std::uint64_t test, std::string_view text);
  // Remembers the verdict on the text that find() was last asked for.
  void remember(bool verdict);

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
  Slot* asked_ = nullptr;  // Where the text last asked for belongs; null: not worth keeping.
  std::uint64_t asked_test_ = 0;
  std::string_view asked_text_;
  std::uint64_t asked_hash_ = 0;
};

}  // namespace trailwarden::match
