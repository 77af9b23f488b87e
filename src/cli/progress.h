// The progress line: on a terminal only, on stderr, with rate and time left.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "integrity/verify.h"
#include "scan/scan.h"

namespace trailwarden::cli {

// Shows how far it is until it is destroyed, then clears its line. Does nothing where stderr is no
// terminal. The progress must outlive it.
class ProgressLine {
 public:
  explicit ProgressLine(const scan::Progress& progress);
  explicit ProgressLine(const integrity::Progress& progress);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  // What there is to say after so many seconds.
  using Text = std::function<std::string(double elapsed)>;
  explicit ProgressLine(Text text);
  void show();
  Text text_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  bool shown_ = false;
  std::jthread painter_;
};

}  // namespace trailwarden::cli
