// The three verdicts and where one ends and the next begins.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace trailwarden::triage {

enum class Verdict : std::uint8_t { Safe, Uncertain, Dangerous };

// "safe", "uncertain" or "dangerous".
std::string_view to_string(Verdict verdict);
// The other way; nothing: no verdict has that name.
std::optional<Verdict> verdict_named(std::string_view name);

// Risk runs from 0 to 100.
inline constexpr std::uint8_t kUncertainFrom = 30;
inline constexpr std::uint8_t kDangerousFrom = 70;

constexpr Verdict verdict_of(std::uint8_t risk) {
  if (risk >= kDangerousFrom) return Verdict::Dangerous;
  return risk >= kUncertainFrom ? Verdict::Uncertain : Verdict::Safe;
}

}  // namespace trailwarden::triage
