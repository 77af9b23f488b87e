#include "source/patience.h"

#include <condition_variable>
#include <mutex>

namespace trailwarden::source {
namespace {

// False: a stop was requested meanwhile.
bool wait(std::chrono::milliseconds span, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, span, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

bool is_passing(const aws::Failure& failure) {
  return failure.kind == aws::Failure::Kind::Exhausted ||
         failure.kind == aws::Failure::Kind::Unreachable;
}

aws::Outcome<aws::Object> Patience::ask(const Ask& ask) const {
  auto answer = ask(stop_);
  auto pause = pause_;
  for (unsigned round = 1; round < rounds_ && !answer && is_passing(answer.error()); ++round) {
    if (!wait(pause, stop_)) break;
    pause *= 4;
    answer = ask(stop_);
  }
  return answer;
}

}  // namespace trailwarden::source
