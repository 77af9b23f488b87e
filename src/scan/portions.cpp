#include "scan/portions.h"

#include <utility>

namespace trailwarden::scan {

std::optional<Portions::Numbered> Portions::next(const std::stop_token& stop) {
  const std::lock_guard lock(mutex_);
  if (failure_) return std::nullopt;
  auto portion = feed_.next(stop);
  if (!portion) {
    failure_ = std::move(portion).error();
    return std::nullopt;
  }
  if (!*portion) return std::nullopt;
  if ((*portion)->slice.begin == 0 && !(*portion)->problem) ++progress_.inputs;
  return Numbered{count_++, **std::move(portion)};
}

void Portions::fail(Error error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(error);
}

Result<void> Portions::outcome(const std::stop_token& stop) const {
  if (stop.stop_requested())
    return trailwarden::fail(ErrorCode::Io, "interrupted before all was read");
  const std::lock_guard lock(mutex_);
  if (failure_) return tl::unexpected(*failure_);
  return {};
}

}  // namespace trailwarden::scan
