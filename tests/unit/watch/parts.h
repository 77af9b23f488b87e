// What the tests of watch/ share: four rules, made-up records, a source and a sink on a leash.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "sink/sink.h"
#include "source/live_source.h"
#include "store/store.h"

namespace trailwarden::watch {

// A rule of each level: by the name of the call Low, Medium, High, Critical.
const engine::Engine& four_rules();

// A record of `actor` at 2026-03-01T12:00:00Z plus `seconds`.
std::string record(const std::string& call, const std::string& id, int seconds = 0,
                   const std::string& actor = "mallory");

// A wall clock that only tests move: 2026-03-01T12:00:00Z at first.
struct ManualClock {
  store::UnixMillis now = 1'772'366'400'000;
  std::function<store::UnixMillis()> reader() {
    return [this] { return now; };
  }
};

// Hands out what it is given; remembers what became of it.
class FakeSource final : public source::LiveSource {
 public:
  // `ends`: behind the last delivery there will be no more.
  explicit FakeSource(bool ends = true) : ends_(ends) {}

  void add(std::string bytes);
  void fail_with(Error error);

  Result<std::optional<source::Delivery>> next(const std::stop_token& stop) override;
  void done(source::Receipt receipt) override;
  void failed(source::Receipt receipt, std::string_view reason) override;
  void close() override { closed = true; }

  std::vector<std::uint64_t> done_ones();
  std::map<std::uint64_t, std::string> failed_ones();
  bool closed = false;
  // Called by done(), before it counts.
  std::function<void()> at_done;

 private:
  const bool ends_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::string> waiting_;
  std::optional<Error> error_;
  std::uint64_t receipts_ = 0;
  std::vector<std::uint64_t> done_;
  std::map<std::uint64_t, std::string> failed_;
};

// Takes everything, unless `answer` says otherwise.
class FakeSink final : public sink::Sink {
 public:
  struct Call {
    sink::Notice notice;
    std::string key, thread;
    std::uint32_t attempt = 0;
    bool in_doubt = false;
  };

  explicit FakeSink(std::string name = "fake") : name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  bool wants(const sink::Notice& notice) const override { return notice.verdict >= least; }
  sink::Outcome send(const sink::Dispatch& dispatch, const std::stop_token& stop) override;

  std::vector<Call> calls();
  // The kinds of what was sent, in order.
  std::vector<std::string> kinds();

  triage::Verdict least = triage::Verdict::Uncertain;
  std::function<sink::Outcome(const Call&)> answer;

 private:
  const std::string name_;
  std::mutex mutex_;
  std::vector<Call> calls_;
};

}  // namespace trailwarden::watch
