#include "inference/pause.h"

#include <condition_variable>
#include <mutex>

namespace trailwarden::inference {

void pause_for(std::chrono::milliseconds span, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, span, [] { return false; });
}

}  // namespace trailwarden::inference
