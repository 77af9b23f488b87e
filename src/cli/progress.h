// The progress line: on a terminal only, on stderr, with rate and time left.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "inference/engine.h"
#include "integrity/verify.h"
#include "scan/scan.h"

namespace trailwarden::cli {

// How far a model's answers are: told by the engine's thread, read by the line's.
class AskProgress {
 public:
  void set(const inference::EngineProgress& progress);
  // "███░ 40 %  8 of 20 answers, 12 s left"; what an engine waits for where nothing is answered
  // yet.
  std::string text() const;

 private:
  mutable std::mutex mutex_;
  inference::EngineProgress progress_;
  // Of this level of summaries: each is asked when the one below it is answered.
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point latest_ = begin_;
};

// Shows how far it is until it is destroyed, then clears its line. Does nothing where stderr is no
// terminal. The progress must outlive it.
class ProgressLine {
 public:
  explicit ProgressLine(const scan::Progress& progress);
  explicit ProgressLine(const integrity::Progress& progress);
  explicit ProgressLine(const AskProgress& progress);
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
