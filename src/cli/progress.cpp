#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>

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
    text = bar(share) + " " + std::to_string(static_cast<int>(share * 100)) + " %  " + text + ", " +
           duration(elapsed * (1 - share) / share) + " left";
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
}

void ProgressLine::show() {
  const double elapsed =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  const std::string text = text_(elapsed);
  std::fprintf(stderr, "\r\x1b[2K%s", text.c_str());
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace trailwarden::cli
