// Writes that come while another one waits for the disk wait for it together: they share the next
// transaction, and so one sync.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"

namespace trailwarden::store {

class Writer;

struct PendingWrite {
  const std::function<Result<void>(Writer&)>& work;
  Result<void> outcome;
  std::exception_ptr thrown;  // By `work`; for its caller.
  bool is_done = false;
};

// Safe for any number of threads.
class WriteGroups {
 public:
  using Group = std::span<PendingWrite* const>;

  // Has `mine` carried out with whatever else waits by then, and answers its outcome. `carry_out`
  // sets those of a whole group; it is called by one thread at a time, with a write of that
  // thread's in the group: the works of others run on it while they wait here.
  Result<void> carry_out(PendingWrite mine, const std::function<void(Group)>& carry_out) {
    std::unique_lock lock(mutex_);
    waiting_.push_back(&mine);
    changed_.wait(lock, [&] { return mine.is_done || !is_busy_; });
    if (!mine.is_done) lead(lock, carry_out);
    if (mine.thrown) std::rethrow_exception(mine.thrown);
    return std::move(mine.outcome);
  }

 private:
  void lead(std::unique_lock<std::mutex>& lock, const std::function<void(Group)>& carry_out) {
    is_busy_ = true;
    const std::vector<PendingWrite*> group = std::exchange(waiting_, {});
    lock.unlock();
    try {
      carry_out(group);
    } catch (...) {
      for (PendingWrite* write : group) write->thrown = std::current_exception();
    }
    lock.lock();
    for (PendingWrite* write : group) write->is_done = true;
    is_busy_ = false;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<PendingWrite*> waiting_;
  bool is_busy_ = false;
};

}  // namespace trailwarden::store
