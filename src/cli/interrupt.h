// Ctrl-C and SIGTERM as a request to stop.
#pragma once

#include <chrono>
#include <stop_token>
#include <thread>

namespace trailwarden::cli {

// While it lives, SIGINT and SIGTERM request a stop; who has not stopped after some patience (it
// waits for a pipe, say), or is asked a second time, is ended with kInterrupted. Make it before any
// other thread: signals are blocked in threads that come after.
class Interrupt {
 public:
  explicit Interrupt(std::chrono::milliseconds patience = std::chrono::seconds{1});
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread waiter_;
};

}  // namespace trailwarden::cli
