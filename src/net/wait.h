// How long one step may take, and who may end it before.
#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>

namespace trailwarden::net {

using SteadyTime = std::chrono::steady_clock::time_point;

struct Wait {
  SteadyTime until;
  std::stop_token stop;
};

// `now` plus `span`, without overflow where somebody means "for ever" by a very long time.
inline SteadyTime after(SteadyTime now, std::chrono::milliseconds span) {
  constexpr std::chrono::milliseconds kLongest = std::chrono::hours{24 * 365};
  return now + std::min(span, kLongest);
}

}  // namespace trailwarden::net
