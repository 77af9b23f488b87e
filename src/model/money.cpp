#include "model/money.h"

#include <cstdio>
#include <cstdlib>

namespace trailwarden::model {

std::string to_string(Usd amount) {
  const std::int64_t size = std::abs(amount.nanos);
  int places = 4;
  for (std::int64_t limit = 1'000'000; size != 0 && size < limit && places < 9; limit /= 10) {
    ++places;
  }
  char text[40];
  std::snprintf(text, sizeof text, "%s$%.*f", amount.nanos < 0 ? "-" : "", places,
                static_cast<double>(size) / 1e9);
  return text;
}

}  // namespace trailwarden::model
