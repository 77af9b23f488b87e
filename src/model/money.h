// US dollars in whole billionths: sums of tokens are exact, whatever their order.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace trailwarden::model {

struct Usd {
  std::int64_t nanos = 0;  // Up to 9 thousand million dollars.

  Usd& operator+=(Usd other) {
    nanos += other.nanos;
    return *this;
  }
  friend Usd operator+(Usd a, Usd b) { return {a.nanos + b.nanos}; }
  friend Usd operator-(Usd a, Usd b) { return {a.nanos - b.nanos}; }
  auto operator<=>(const Usd&) const = default;
};

inline constexpr Usd dollars(double amount) {
  return {static_cast<std::int64_t>(amount * 1e9 + (amount < 0 ? -0.5 : 0.5))};
}

// "$0.0123": four places, or as many as show two digits of a smaller sum ("$0.000042").
std::string to_string(Usd amount);

}  // namespace trailwarden::model
