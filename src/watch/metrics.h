// What Prometheus asks for: counters and times of a running watch.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace trailwarden::watch {

// A histogram of times with fixed bounds, as Prometheus counts them. Safe for any number of
// threads.
class TimeHistogram {
 public:
  void add(std::chrono::nanoseconds time);
  // Appends its _bucket, _sum and _count lines. `labels`: "sink=\"…\"", or empty.
  void render(std::string_view name, std::string_view labels, std::string& out) const;

 private:
  // Seconds.
  static constexpr std::array kBounds = {0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25,
                                         0.5,   1.0,    2.5,   5.0,  10.0, 30.0, 60.0};
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets_{};
  std::atomic<std::int64_t> nanoseconds_{0};
};

// Of one sink.
struct SinkMetrics {
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> postponed{0};  // Attempts that came to nothing.
  std::atomic<std::uint64_t> in_doubt{0};
  std::atomic<std::uint64_t> dead{0};
  TimeHistogram attempt;  // How long an attempt took.
  TimeHistogram
      event_to_sent;  // From a source's hand to the receiver's answer; first notices only.
};

// Of one watch. Counters only grow; gauges are read when they are asked for.
struct Metrics {
  std::atomic<std::uint64_t> deliveries{0}, failed_deliveries{0};
  std::atomic<std::uint64_t> read{0}, judged{0}, filtered{0}, repeated{0}, skipped{0},
      suppressed{0};
  std::atomic<std::uint64_t> events{0};  // With findings.
  std::atomic<std::uint64_t> opened{0}, raised{0};
  std::atomic<std::uint64_t> questions{0}, questions_failed{0}, answers_reused{0};  // Of a model.
  std::atomic<std::uint64_t> store_failures{0};
  std::atomic<std::int64_t> last_delivery{0};  // Seconds since 1970; 0: none yet.
  TimeHistogram record;                        // One transaction.
  TimeHistogram event_to_stored;               // From a source's hand to the disk.

  // The sink's own; made at its first use, and there as long as this.
  SinkMetrics& of_sink(const std::string& name);

  // Prometheus' text format 0.0.4. `gauges`: lines that are known elsewhere.
  std::string render(const std::map<std::string, double>& gauges) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, SinkMetrics> sinks_;
};

}  // namespace trailwarden::watch
