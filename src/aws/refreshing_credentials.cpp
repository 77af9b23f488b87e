#include "aws/refreshing_credentials.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace trailwarden::aws {
namespace {

using std::chrono::minutes;

constexpr auto kAdvisedBefore = minutes{15};
constexpr auto kMustBefore = minutes{10};
// A source that fails while its keys are still good is not asked again with every request.
constexpr auto kPauseAfterFailure = minutes{1};

Failure stopped() {
  Failure failure;
  failure.kind = Failure::Kind::Cancelled;
  failure.message = "stopped while waiting for credentials";
  return failure;
}

Failure with_source(Failure failure, const std::string& source) {
  if (failure.kind == Failure::Kind::Cancelled) return failure;
  failure.kind = Failure::Kind::Credentials;
  failure.message = "no credentials from " + source + ": " + failure.message;
  return failure;
}

}  // namespace

RefreshingCredentials::RefreshingCredentials(std::unique_ptr<CredentialsSource> source,
                                             std::function<SystemTime()> now)
    : source_(std::move(source)), now_(std::move(now)) {}

std::string RefreshingCredentials::name() const { return source_->name(); }

RefreshingCredentials::Need RefreshingCredentials::need(SystemTime now) const {
  if (!keys_ || is_discarded_) return Need::Must;
  if (!keys_->expires) return Need::None;
  if (now >= must_from_) return Need::Must;
  return now >= advised_from_ ? Need::Advised : Need::None;
}

Outcome<Credentials> RefreshingCredentials::get(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (true) {
    const Need needed = need(now_());
    const bool is_ours = !is_refreshing_;
    if (needed == Need::None || (needed == Need::Advised && !is_ours)) return *keys_;
    if (is_ours) {
      refresh(lock, stop);
    } else if (!wait_for_refresh(lock, stop)) {
      return tl::unexpected(stopped());
    }
    if (!last_failure_ || needed == Need::Advised) return *keys_;
    // Another thread's stop is not ours.
    const bool is_others_stop = !is_ours && last_failure_->kind == Failure::Kind::Cancelled;
    if (!is_others_stop) return tl::unexpected(*last_failure_);
  }
}

bool RefreshingCredentials::wait_for_refresh(std::unique_lock<std::mutex>& lock,
                                             const std::stop_token& stop) {
  return refreshed_.wait(lock, stop, [this, seen = refreshes_] { return refreshes_ != seen; });
}

void RefreshingCredentials::refresh(std::unique_lock<std::mutex>& lock,
                                    const std::stop_token& stop) {
  is_refreshing_ = true;
  lock.unlock();
  Outcome<Credentials> fetched = source_->fetch(stop);
  const SystemTime now = now_();
  if (fetched && fetched->expires && *fetched->expires <= now) {
    fetched = no_credentials("the keys that came had already expired");
  }
  lock.lock();
  keep(std::move(fetched), now);
  is_refreshing_ = false;
  ++refreshes_;
  refreshed_.notify_all();
}

void RefreshingCredentials::keep(Outcome<Credentials> fetched, SystemTime now) {
  if (!fetched) {
    last_failure_ = with_source(std::move(fetched).error(), source_->name());
    advised_from_ = now + kPauseAfterFailure;
    return;
  }
  last_failure_.reset();
  is_discarded_ = false;
  keys_ = *std::move(fetched);
  if (!keys_->expires) return;
  const SystemTime::duration life = *keys_->expires - now;
  advised_from_ = *keys_->expires - std::min<SystemTime::duration>(kAdvisedBefore, life / 2);
  must_from_ = *keys_->expires - std::min<SystemTime::duration>(kMustBefore, life / 3);
}

void RefreshingCredentials::discard(const Credentials& stale) {
  const std::lock_guard lock(mutex_);
  const bool is_ours = keys_ && keys_->access_key_id == stale.access_key_id &&
                       keys_->session_token == stale.session_token;
  if (is_ours) is_discarded_ = true;
}

}  // namespace trailwarden::aws
