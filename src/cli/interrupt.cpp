#include "cli/interrupt.h"

#include <unistd.h>

#include <chrono>
#include <csignal>

#include "cli/commands.h"
#include "cli/output.h"

namespace trailwarden::cli {
namespace {

constexpr std::chrono::milliseconds kTick{10};
constexpr int kPatience = 100;  // Ticks.

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::jthread([this, set](const std::stop_token& over) {
    int signal = 0;
    while (sigwait(&set, &signal) != 0) {
    }
    if (over.stop_requested()) return;
    source_.request_stop();
    // Who waits for a pipe that says nothing does not hear us. Nothing is written before all is
    // read and temporary files have no names: ending here is as clean.
    for (int i = 0; i < kPatience && !over.stop_requested(); ++i)
      std::this_thread::sleep_for(kTick);
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
