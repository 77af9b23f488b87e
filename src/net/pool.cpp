#include "net/connection.h"

namespace trailwarden::net {
namespace {

// S3 closes after some seconds of silence, load balancers after a minute: stay below most of them.
constexpr std::chrono::seconds kIdleMax{20};
// As many as a parallel scan has gets in flight; each costs four descriptors.
constexpr std::size_t kIdleMaxPerPeer = 32;

}  // namespace

std::unique_ptr<Connection> Pool::take(const std::string& peer, SteadyTime now) {
  for (;;) {
    std::unique_ptr<Connection> connection;  // Destroyed, if it is stale, without the lock.
    {
      const std::scoped_lock lock(mutex_);
      const auto idle = idle_.find(peer);
      if (idle == idle_.end() || idle->second.empty()) return nullptr;
      connection = std::move(idle->second.back());
      idle->second.pop_back();
    }
    if (now - connection->idle_since < kIdleMax && connection->transport->is_idle()) {
      return connection;
    }
  }
}

void Pool::give(const std::string& peer, std::unique_ptr<Connection> connection, SteadyTime now) {
  connection->is_reused = true;
  connection->idle_since = now;
  Idle too_old;  // Closed after the lock is gone.
  const std::scoped_lock lock(mutex_);
  for (auto idle = idle_.begin(); idle != idle_.end();) {
    auto& list = idle->second;
    std::size_t stale = 0;  // At the front, because they are in the order of their time.
    while (stale < list.size() && now - list[stale]->idle_since >= kIdleMax) ++stale;
    if (idle->first == peer && stale == 0 && list.size() >= kIdleMaxPerPeer) stale = 1;
    const auto end = list.begin() + static_cast<std::ptrdiff_t>(stale);
    too_old.insert(too_old.end(), std::make_move_iterator(list.begin()),
                   std::make_move_iterator(end));
    list.erase(list.begin(), end);
    idle = list.empty() ? idle_.erase(idle) : std::next(idle);
  }
  idle_[peer].push_back(std::move(connection));
}

}  // namespace trailwarden::net
