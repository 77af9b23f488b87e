// The progress line: on a terminal only, on stderr, with rate and time left.
#pragma once

#include <chrono>
#include <thread>

#include "scan/scan.h"

namespace trailwarden::cli {

// Shows `progress` until it is destroyed, then clears its line. Does nothing where stderr is no
// terminal. `progress` must outlive it.
class ProgressLine {
 public:
  explicit ProgressLine(const scan::Progress& progress);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void show();
  const scan::Progress& progress_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  bool shown_ = false;
  std::jthread painter_;
};

}  // namespace trailwarden::cli
