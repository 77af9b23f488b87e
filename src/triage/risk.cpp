#include "triage/risk.h"

#include <algorithm>
#include <functional>

namespace trailwarden::triage {
namespace {

using sigma::Level;

// Chances that all is well are kept in billionths: a product of two still fits 64 bits.
constexpr std::int64_t kOne = 1'000'000'000;

// However much comes together, chances that all is well stay above these: findings of level low
// never alert (20), those of level medium never reach dangerous by their number (55).
constexpr std::int64_t kLowFloor = 800'000'000;
constexpr std::int64_t kMediumFloor = 450'000'000;
// The chance left by each further tactic behind the second.
constexpr std::int64_t kTacticFactor = 900'000'000;
constexpr std::size_t kTacticsWithoutBonus = 2;

std::int64_t times(std::int64_t a, std::int64_t b) { return (a * b + kOne / 2) / kOne; }

std::int64_t level_weight(Level level) {
  switch (level) {
    case Level::Informational:
      return 0;
    case Level::Low:
      return 100'000;
    case Level::Medium:
      return 350'000;
    case Level::High:
      return 700'000;
    case Level::Critical:
      return 900'000;
  }
  return 0;
}

// What a rule that repeats counts once more, in quarters of its weight.
std::int64_t repeat_quarters(std::uint64_t events) {
  if (events >= 20) return 4;
  if (events >= 5) return 2;
  return events >= 2 ? 1 : 0;
}

// The chance that all is well in spite of this contribution.
std::int64_t chance_left(const Contribution& part) {
  const std::int64_t weight = weight_of(part.level, part.outcome, part.author);
  const std::int64_t once = kOne - weight * 1000;
  const std::int64_t again = kOne - weight * 1000 * repeat_quarters(part.events) / 4;
  return times(once, again);
}

// Rounding makes a product depend on the order of its factors, so the order is fixed.
std::int64_t product(std::vector<std::int64_t> factors) {
  std::sort(factors.begin(), factors.end(), std::greater<>{});
  std::int64_t result = kOne;
  for (const std::int64_t factor : factors) result = times(result, factor);
  return result;
}

}  // namespace

std::int64_t weight_of(Level level, Outcome outcome, Author author) {
  std::int64_t weight = level_weight(level);
  if (outcome == Outcome::Failed) weight /= 2;
  if (author == Author::Service) weight /= 4;
  return weight;
}

std::uint8_t risk_of(const std::vector<Contribution>& contributions, std::size_t tactics) {
  std::vector<std::int64_t> low, medium, above;
  for (const Contribution& part : contributions) {
    auto& group = part.level <= Level::Low ? low : part.level == Level::Medium ? medium : above;
    group.push_back(chance_left(part));
  }
  std::int64_t left = times(std::max(product(std::move(low)), kLowFloor),
                            std::max(product(std::move(medium)), kMediumFloor));
  left = times(left, product(std::move(above)));
  for (std::size_t i = kTacticsWithoutBonus; i < tactics; ++i) left = times(left, kTacticFactor);
  return static_cast<std::uint8_t>((100 * (kOne - left) + kOne / 2) / kOne);
}

}  // namespace trailwarden::triage
