// A queue with an end to its patience: whoever puts waits while it is full.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace trailwarden::watch {

// Safe for any number of threads. `T::weight()` says how much of the room one takes.
template <class T>
class Queue {
 public:
  explicit Queue(std::size_t weight_max) : weight_max_(weight_max) {}

  // Waits for room; what is heavier than the whole queue goes into an empty one. False: a stop was
  // requested, and `item` was not taken.
  bool put(T item, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const std::size_t weight = item.weight();
    const auto fits = [&] { return items_.empty() || weight_ + weight <= weight_max_; };
    if (!changed_.wait(lock, stop, fits)) return false;
    weight_ += weight;
    items_.push_back(std::move(item));
    lock.unlock();
    changed_.notify_all();
    return true;
  }

  // All that is there, up to `weight_max`, at least one; waits for it. Empty: closed and drained.
  std::vector<T> take(std::size_t weight_max) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !items_.empty() || closed_; });
    std::vector<T> taken;
    std::size_t weight = 0;
    while (!items_.empty()) {
      const std::size_t next = items_.front().weight();
      if (!taken.empty() && weight + next > weight_max) break;
      weight += next;
      taken.push_back(std::move(items_.front()));
      items_.pop_front();
    }
    weight_ -= weight;
    lock.unlock();
    changed_.notify_all();
    return taken;
  }

  // No more will be put: take() empties it and then answers nothing.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

  std::size_t weight() const {
    const std::lock_guard lock(mutex_);
    return weight_;
  }

 private:
  const std::size_t weight_max_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<T> items_;
  std::size_t weight_ = 0;
  bool closed_ = false;
};

}  // namespace trailwarden::watch
