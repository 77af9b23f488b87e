// A connection that can carry one exchange after the other, and those that wait for the next.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/transport.h"

namespace trailwarden::net {

// The bytes that came and were not understood yet: one contiguous piece, of a bounded size.
class Inbox {
 public:
  std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }
  void consume(std::size_t size) { begin_ += size; }
  bool is_full() const { return end_ - begin_ == kSize; }

  // Where the next bytes go; empty if full. What is put there counts after filled(). Enough for
  // most headers and no more, as a body behind one is better read to where it stays.
  std::span<char> space() {
    std::memmove(data_.get(), data_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    return {data_.get() + end_, std::min(kPiece, kSize - end_)};
  }
  void filled(std::size_t size) { end_ += size; }

 private:
  // A header of the largest size that is allowed, and room to see that it is over.
  static constexpr std::size_t kSize = std::size_t{80} << 10;
  static constexpr std::size_t kPiece = std::size_t{8} << 10;
  // Not set to zero: most connections see a hundredth of it.
  std::unique_ptr<char[]> data_ = std::make_unique_for_overwrite<char[]>(kSize);
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

struct Connection {
  std::unique_ptr<Transport> transport;
  Inbox inbox;
  bool is_reused = false;  // It carried an exchange before: the server may have closed it since.
  SteadyTime idle_since;
};

// Idle connections, by the peer they lead to. Any number of threads.
class Pool {
 public:
  // The connection to `peer` that was used last and is still open, or nullptr.
  std::unique_ptr<Connection> take(const std::string& peer, SteadyTime now);

  // Keeps a connection on which nothing is under way.
  void give(const std::string& peer, std::unique_ptr<Connection> connection, SteadyTime now);

 private:
  using Idle = std::vector<std::unique_ptr<Connection>>;  // The one given last at the end.

  std::mutex mutex_;
  std::unordered_map<std::string, Idle> idle_;
};

}  // namespace trailwarden::net
