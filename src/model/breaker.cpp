#include "model/breaker.h"

#include <algorithm>

namespace trailwarden::model {

bool Breaker::admit(Time now) {
  const std::lock_guard lock(mutex_);
  if (state_ == State::Closed) return true;
  if (state_ == State::HalfOpen || now < opened_ + rest_) return false;
  state_ = State::HalfOpen;
  return true;
}

void Breaker::succeeded() {
  const std::lock_guard lock(mutex_);
  state_ = State::Closed;
  failures_ = 0;
  rest_ = {};
}

void Breaker::failed(Time now) {
  const std::lock_guard lock(mutex_);
  ++failures_;
  if (state_ == State::Open) return;  // It was asked before others opened it.
  if (state_ == State::Closed && failures_ < limits_.failures) return;
  rest_ = rest_.count() == 0 ? limits_.rest : std::min(2 * rest_, limits_.rest_max);
  opened_ = now;
  state_ = State::Open;
}

void Breaker::undecided() {
  const std::lock_guard lock(mutex_);
  // The rest is over already: the next question is the probe.
  if (state_ == State::HalfOpen) state_ = State::Open;
}

Breaker::State Breaker::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

std::string_view to_string(Breaker::State state) {
  switch (state) {
    case Breaker::State::Closed:
      return "closed";
    case Breaker::State::Open:
      return "open";
    case Breaker::State::HalfOpen:
      return "half-open";
  }
  return {};
}

}  // namespace trailwarden::model
