// Ctrl-C and SIGTERM as a request to stop.
#pragma once

#include <stop_token>
#include <thread>

namespace trailwarden::cli {

// While it lives, SIGINT and SIGTERM request a stop; who has not stopped a second later (it waits
// for a pipe, say) is ended with kInterrupted. Make it before any other thread: signals are blocked
// in threads that come after.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::jthread waiter_;
};

}  // namespace trailwarden::cli
