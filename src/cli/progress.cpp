#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>

#include "cli/output.h"
#include "report/format.h"

namespace trailwarden::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kFirst{300};  // What is done sooner needs no bar.
constexpr milliseconds kEvery{100};

std::string bar(double share) {
  constexpr int kWidth = 24;
  const int full = static_cast<int>(share * kWidth);
  std::string out;
  for (int i = 0; i < kWidth; ++i) out += i < full ? "█" : "░";
  return out;
}

std::string duration(double left) {
  const long whole = std::lround(left);
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return std::to_string(whole / 3600) + " h " + std::to_string(whole / 60 % 60) + " min";
}

// "████░░ 40 %  "
std::string share_text(double share) {
  return bar(share) + " " + std::to_string(static_cast<int>(share * 100)) + " %  ";
}

std::string scan_text(const scan::Progress& progress, double elapsed) {
  const auto records = progress.records.load();
  const auto done = static_cast<double>(progress.read.bytes_read.load());
  const auto total = static_cast<double>(progress.feed.bytes.load());
  const auto rate = static_cast<std::uint64_t>(static_cast<double>(records) / elapsed);
  std::string text = report::grouped(records) + " events, " + report::grouped(rate) + "/s";
  if (progress.feed.still_listing) {
    return text + ", " + report::grouped(progress.inputs.load()) + " of " +
           report::plural(progress.feed.inputs.load(), "object") + " listed so far";
  }
  if (total > 0 && done > 0) {
    const double share = std::min(done / total, 1.0);
    text = share_text(share) + text + ", " + duration(elapsed * (1 - share) / share) + " left";
  }
  return text;
}

// How much there is shows only region by region: no bar.
std::string verify_text(const integrity::Progress& progress, double elapsed) {
  const double megabytes = static_cast<double>(progress.bytes.load()) / 1e6;
  return report::plural(progress.digests.load(), "digest") + ", " +
         report::plural(progress.log_files.load(), "log file") + ", " +
         report::grouped(static_cast<std::uint64_t>(megabytes / elapsed)) + " MB/s";
}

}  // namespace

void AskProgress::set(const inference::EngineProgress& progress) {
  const std::lock_guard lock(mutex_);
  const bool is_next_level = progress_.tasks != 0 && (progress.tasks != progress_.tasks ||
                                                      progress.answered < progress_.answered);
  // An engine speaks first when something was answered: a level began when the last one ended.
  if (is_next_level) begin_ = latest_;
  latest_ = std::chrono::steady_clock::now();
  progress_ = progress;
}

std::string AskProgress::text() const {
  const std::lock_guard lock(mutex_);
  if (progress_.tasks == 0) return {};
  const double elapsed =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  const std::string answers = report::plural(progress_.tasks, "answer");
  if (progress_.answered == 0) {
    return progress_.state + ": waiting for " + answers + ", " + duration(elapsed) + " so far";
  }
  const double share =
      std::min(static_cast<double>(progress_.answered) / static_cast<double>(progress_.tasks), 1.0);
  return share_text(share) + report::grouped(progress_.answered) + " of " + answers + ", " +
         duration(elapsed * (1 - share) / share) + " left";
}

ProgressLine::ProgressLine(const AskProgress& progress)
    : ProgressLine([&progress](double) { return progress.text(); }) {}

ProgressLine::ProgressLine(const scan::Progress& progress)
    : ProgressLine([&progress](double elapsed) { return scan_text(progress, elapsed); }) {}

ProgressLine::ProgressLine(const integrity::Progress& progress)
    : ProgressLine([&progress](double elapsed) { return verify_text(progress, elapsed); }) {}

ProgressLine::ProgressLine(Text text) : text_(std::move(text)) {
  if (::isatty(STDERR_FILENO) != 1) return;
  painter_ = std::jthread([this](const std::stop_token& over) {
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait_for(lock, over, kFirst, [] { return false; });
    while (!over.stop_requested()) {
      show();
      woken.wait_for(lock, over, kEvery, [] { return false; });
    }
  });
}

ProgressLine::~ProgressLine() {
  if (!painter_.joinable()) return;
  painter_.request_stop();
  painter_.join();
  if (shown_) std::fputs("\r\x1b[2K", stderr);
  set_status_line(false);
}

void ProgressLine::show() {
  const double elapsed =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  const std::string text = text_(elapsed);
  if (text.empty()) return;
  set_status_line(true);
  std::fprintf(stderr, "\r\x1b[2K%s", text.c_str());
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace trailwarden::cli
