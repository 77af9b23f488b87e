// Keeps the keys of a source, and renews them before they expire.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "aws/credentials_source.h"

namespace trailwarden::aws {

// 15 minutes before the keys expire one thread renews them while the others go on with the old
// ones, and a failure is tolerated; from 10 minutes before, everyone waits for that one thread and
// fails with it (botocore's windows). Keys that are short-lived by design have shorter windows: a
// half and a third of their life.
class RefreshingCredentials final : public CredentialsProvider {
 public:
  RefreshingCredentials(std::unique_ptr<CredentialsSource> source, std::function<SystemTime()> now);

  Outcome<Credentials> get(const std::stop_token& stop) override;
  void discard(const Credentials& stale) override;
  std::string name() const override;

 private:
  enum class Need { None, Advised, Must };

  Need need(SystemTime now) const;
  void refresh(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  // False: stopped before.
  bool wait_for_refresh(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  void keep(Outcome<Credentials> fetched, SystemTime now);

  const std::unique_ptr<CredentialsSource> source_;  // Used by the thread that set is_refreshing_.
  const std::function<SystemTime()> now_;

  std::mutex mutex_;  // Guards what follows; never held while the source works.
  std::condition_variable_any refreshed_;
  std::optional<Credentials> keys_;
  SystemTime advised_from_;  // When keys_ should be, and
  SystemTime must_from_;     // when they must be renewed. Only if they expire.
  bool is_discarded_ = false;
  bool is_refreshing_ = false;
  std::uint64_t refreshes_ = 0;          // How many are over,
  std::optional<Failure> last_failure_;  // and how the last one failed.
};

}  // namespace trailwarden::aws
