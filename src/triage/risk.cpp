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

// What the findings of a case leave of the chance that all is well, part by part.
struct Chances {
  std::int64_t low, medium, above, breadth;
  bool low_at_floor, medium_at_floor;

  std::int64_t left() const { return times(times(times(low, medium), above), breadth); }
};

Chances chances_of(const std::vector<Contribution>& contributions, std::size_t tactics) {
  std::vector<std::int64_t> low, medium, above;
  for (const Contribution& part : contributions) {
    auto& group = part.level <= Level::Low ? low : part.level == Level::Medium ? medium : above;
    group.push_back(chance_left(part));
  }
  const std::int64_t all_low = product(std::move(low));
  const std::int64_t all_medium = product(std::move(medium));
  std::int64_t breadth = kOne;
  for (std::size_t i = kTacticsWithoutBonus; i < tactics; ++i)
    breadth = times(breadth, kTacticFactor);
  return {.low = std::max(all_low, kLowFloor),
          .medium = std::max(all_medium, kMediumFloor),
          .above = product(std::move(above)),
          .breadth = breadth,
          .low_at_floor = all_low < kLowFloor,
          .medium_at_floor = all_medium < kMediumFloor};
}

std::uint8_t risk_left_by(std::int64_t left) {
  return static_cast<std::uint8_t>((100 * (kOne - left) + kOne / 2) / kOne);
}

// Four decimals, trailing zeros dropped: 650000000 is "0.65".
std::string decimal(std::int64_t chance) {
  const std::int64_t rounded = (chance + 50'000) / 100'000;
  std::string digits = std::to_string(rounded);
  digits.insert(0, digits.size() < 5 ? 5 - digits.size() : 0, '0');
  digits.insert(digits.size() - 4, ".");
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits.back() == '.' ? digits + "0" : digits;
}

}  // namespace

std::int64_t weight_of(Level level, Outcome outcome, Author author) {
  std::int64_t weight = level_weight(level);
  if (outcome == Outcome::Failed) weight /= 2;
  if (author == Author::Service) weight /= 4;
  return weight;
}

std::uint8_t risk_of(const std::vector<Contribution>& contributions, std::size_t tactics) {
  return risk_left_by(chances_of(contributions, tactics).left());
}

std::string show_risk(const std::vector<Contribution>& contributions, std::size_t tactics) {
  const Chances chances = chances_of(contributions, tactics);
  std::string text;
  const auto part = [&text](const char* name, std::int64_t chance, const char* note) {
    if (chance != kOne)
      text += (text.empty() ? "" : " · ") + (name + (" " + decimal(chance))) + note;
  };
  part("low", chances.low, chances.low_at_floor ? " (floor)" : "");
  part("medium", chances.medium, chances.medium_at_floor ? " (floor)" : "");
  part("high", chances.above, "");
  part("breadth", chances.breadth, "");
  return text + " = " + decimal(chances.left()) + " that all is well: risk " +
         std::to_string(risk_left_by(chances.left()));
}

}  // namespace trailwarden::triage
