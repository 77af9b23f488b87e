#include "watch/metrics.h"

#include <fmt/format.h>

#include <iterator>

namespace trailwarden::watch {
namespace {

std::string braces(std::string_view labels) {
  return labels.empty() ? std::string() : "{" + std::string(labels) + "}";
}

// Prometheus' text format, "Comments, help text, and type information": \ " and line feeds.
std::string label(std::string_view name, std::string_view value) {
  std::string text(name);
  text += "=\"";
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
  return text + "\"";
}

void counter(std::string& out, std::string_view name, std::string_view help,
             const std::atomic<std::uint64_t>& value) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} counter\n{0} {2}\n", name,
                 help, value.load());
}

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

}  // namespace

void TimeHistogram::add(std::chrono::nanoseconds time) {
  const double seconds = std::chrono::duration<double>(time).count();
  std::size_t bucket = 0;
  while (bucket < kBounds.size() && seconds > kBounds[bucket]) ++bucket;
  buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
  nanoseconds_.fetch_add(time.count(), std::memory_order_relaxed);
}

void TimeHistogram::render(std::string_view name, std::string_view labels, std::string& out) const {
  std::uint64_t below = 0;
  const std::string more = labels.empty() ? std::string() : "," + std::string(labels);
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    below += buckets_[i].load(std::memory_order_relaxed);
    const std::string bound = i < kBounds.size() ? fmt::format("{}", kBounds[i]) : "+Inf";
    fmt::format_to(std::back_inserter(out), "{}_bucket{{le=\"{}\"{}}} {}\n", name, bound, more,
                   below);
  }
  fmt::format_to(std::back_inserter(out), "{0}_sum{1} {2}\n{0}_count{1} {3}\n", name,
                 braces(labels), static_cast<double>(nanoseconds_.load()) / 1e9, below);
}

SinkMetrics& Metrics::of_sink(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return sinks_[name];
}

std::string Metrics::render(const std::map<std::string, double>& gauges) const {
  std::string out;
  counter(out, "trailwarden_deliveries_total", "Deliveries handled to the end.", deliveries);
  counter(out, "trailwarden_failed_deliveries_total", "Deliveries given back to their source.",
          failed_deliveries);
  counter(out, "trailwarden_events_read_total", "Events read.", read);
  counter(out, "trailwarden_events_judged_total", "Events judged, repeated ones left out.", judged);
  counter(out, "trailwarden_events_filtered_total", "Events that the pattern left out.", filtered);
  counter(out, "trailwarden_events_repeated_total", "Events that had been stored before.",
          repeated);
  counter(out, "trailwarden_events_skipped_total", "Records that could not be read.", skipped);
  counter(out, "trailwarden_events_suppressed_total", "Events whose findings were suppressed.",
          suppressed);
  counter(out, "trailwarden_events_found_total", "Events with findings, stored.", events);
  counter(out, "trailwarden_cases_opened_total", "Cases that sinks were told of.", opened);
  counter(out, "trailwarden_cases_raised_total", "Cases whose verdict rose afterwards.", raised);
  counter(out, "trailwarden_model_questions_total", "Cases that a model was asked about.",
          questions);
  counter(out, "trailwarden_model_questions_failed_total", "Questions that got no answer.",
          questions_failed);
  counter(out, "trailwarden_model_answers_reused_total", "Answers that were used again.",
          answers_reused);
  counter(out, "trailwarden_store_failures_total", "Transactions that failed, and were repeated.",
          store_failures);
  for (const auto& [name, value] : gauges) {
    fmt::format_to(std::back_inserter(out), "# TYPE {0} gauge\n{0} {1}\n", name, value);
  }
  head(out, "trailwarden_store_seconds", "histogram", "Time of one transaction.");
  record.render("trailwarden_store_seconds", "", out);
  head(out, "trailwarden_event_to_stored_seconds", "histogram",
       "From a source's hand to the disk.");
  event_to_stored.render("trailwarden_event_to_stored_seconds", "", out);

  const std::lock_guard lock(mutex_);
  head(out, "trailwarden_notices_total", "counter", "Notices by sink and by what became of them.");
  for (const auto& [name, sink] : sinks_) {
    const std::string labels = label("sink", name);
    const auto line = [&](std::string_view outcome, const std::atomic<std::uint64_t>& value) {
      fmt::format_to(std::back_inserter(out), "trailwarden_notices_total{{{},outcome=\"{}\"}} {}\n",
                     labels, outcome, value.load());
    };
    line("sent", sink.sent);
    line("postponed", sink.postponed);
    line("in_doubt", sink.in_doubt);
    line("dead", sink.dead);
  }
  head(out, "trailwarden_send_seconds", "histogram", "Time of one attempt to send.");
  for (const auto& [name, sink] : sinks_) {
    sink.attempt.render("trailwarden_send_seconds", label("sink", name), out);
  }
  head(out, "trailwarden_event_to_sent_seconds", "histogram",
       "From a source's hand to the receiver's answer, first notices of cases.");
  for (const auto& [name, sink] : sinks_) {
    sink.event_to_sent.render("trailwarden_event_to_sent_seconds", label("sink", name), out);
  }
  return out;
}

}  // namespace trailwarden::watch
