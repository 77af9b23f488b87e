#include "cli/interrupt.h"

#include <unistd.h>

#include <chrono>
#include <csignal>

#include "cli/commands.h"
#include "cli/output.h"

namespace trailwarden::cli {
namespace {

constexpr std::chrono::milliseconds kTick{10};

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Interrupt::Interrupt(std::chrono::milliseconds patience) {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::jthread([this, set, patience](const std::stop_token& over) {
    int signal = 0;
    while (sigwait(&set, &signal) != 0) {
    }
    if (over.stop_requested()) return;
    source_.request_stop();
    // Who waits for a pipe that says nothing does not hear us. Nothing is written before all is
    // read, temporary files have no names, and a store is whole at any time: ending here is clean.
    const timespec tick{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(kTick).count()};
    for (auto left = patience; left.count() > 0 && !over.stop_requested(); left -= kTick) {
      if (sigtimedwait(&set, nullptr, &tick) > 0) break;
    }
    if (over.stop_requested()) return;
    complain("interrupted", kInterrupted);
    ::_exit(kInterrupted);
  });
}

Interrupt::~Interrupt() {
  waiter_.request_stop();
  // Wakes it: the signal is blocked everywhere, only the waiter's sigwait() takes it.
  pthread_kill(waiter_.native_handle(), SIGTERM);  // NOLINT(bugprone-bad-signal-to-kill-thread)
  waiter_.join();
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace trailwarden::cli
