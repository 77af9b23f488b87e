// Waiting that a stop ends.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

namespace trailwarden::inference {

using Pause = std::function<void(std::chrono::milliseconds span, const std::stop_token& stop)>;

// In real time.
void pause_for(std::chrono::milliseconds span, const std::stop_token& stop);

}  // namespace trailwarden::inference
