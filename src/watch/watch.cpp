#include "watch/watch.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "watch/consultant.h"
#include "watch/delivery_judge.h"
#include "watch/queue.h"

namespace trailwarden::watch {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Deliveries and events with findings that wait for the desk: a second of work, some megabytes.
constexpr std::size_t kWaitingMax = 8'192;
// Of these in one transaction.
constexpr std::size_t kTransactionMax = 1'024;
// Questions at once; each takes seconds.
constexpr unsigned kConsulting = 3;
constexpr milliseconds kStorePause{500};
constexpr milliseconds kCheckpointEvery{1'000};
constexpr std::chrono::minutes kHouseEvery{60};
// How long a stop waits for deliveries that are being judged, and for a store that fails.
constexpr milliseconds kGrace{10'000};

}  // namespace

struct Watch::State {
  explicit State(WatchSetup given)
      : setup(std::move(given)),
        desk({.rules = setup.engine.rules(),
              .store = setup.store,
              .sinks = setup.sinks,
              .policy = setup.policy,
              .dashboard_url = setup.dashboard_url,
              .settle = ratchet_of(setup.analyst),
              .footer = setup.footer,
              .now = setup.now}) {
    if (setup.analyst != nullptr) {
      consultant.emplace(ConsultantSetup{.analyst = *setup.analyst,
                                         .desk = desk,
                                         .metrics = setup.metrics,
                                         .log = setup.log,
                                         .told = [this] { ring(); }});
    }
    for (sink::Sink* sink : setup.sinks) {
      dispatchers.push_back(
          std::make_unique<Dispatcher>(DispatcherSetup{.store = setup.store,
                                                       .sink = *sink,
                                                       .metrics = setup.metrics,
                                                       .log = setup.log,
                                                       .now = setup.now,
                                                       .chance = setup.chance,
                                                       .limits = setup.dispatch}));
    }
  }

  void judge_all(const std::stop_token& stop);
  void record_all();
  bool record(const std::vector<JudgedPart>& parts);
  void acknowledge(const JudgedPart& part);
  void give_back(const JudgedPart& part);
  void count(const Recorded& recorded);
  void keep_place(bool now);
  void forget_old(const std::stop_token& stop);
  void drain(const std::stop_token& stop);
  void set_trouble(std::string what);
  void ring() {
    for (const auto& dispatcher : dispatchers) dispatcher->ring();
  }

  WatchSetup setup;
  std::stop_source abandon;  // Requested when the grace of a stop is over.
  Desk desk;
  std::optional<Consultant> consultant;
  std::vector<std::unique_ptr<Dispatcher>> dispatchers;
  Queue<JudgedPart> waiting{kWaitingMax};

  mutable std::mutex mutex;  // Over what follows.
  std::optional<Error> source_error;
  std::string trouble = "starting";

  std::string kept_place;  // Of the recording thread.
  steady_clock::time_point kept_at;
};

Watch::Watch(WatchSetup setup) : state_(std::make_unique<State>(std::move(setup))) {}
Watch::~Watch() = default;

void Watch::State::set_trouble(std::string what) {
  const std::lock_guard lock(mutex);
  trouble = std::move(what);
}

// Of each judging thread.
void Watch::State::judge_all(const std::stop_token& stop) {
  DeliveryJudge judge(setup.engine, [this](std::string_view line) { setup.log.note(line); });
  const auto emit = [this](JudgedPart part) {
    return waiting.put(std::move(part), abandon.get_token());
  };
  for (;;) {
    auto delivery = setup.source.next(stop);
    if (!delivery) {
      const std::lock_guard lock(mutex);
      if (!source_error) source_error = std::move(delivery).error();
      return;
    }
    if (!*delivery) return;
    setup.metrics.last_delivery = setup.now() / 1000;
    if (!judge.judge(**delivery, steady_clock::now(), emit, abandon.get_token())) {
      setup.source.failed((*delivery)->receipt, "stopped before it was judged");
      return;
    }
  }
}

// Of the one thread that writes. Behind a part that could not be stored none is: the delivery that
// it belongs to must not be acknowledged.
void Watch::State::record_all() {
  bool stores = true;
  for (;;) {
    const std::vector<JudgedPart> parts = waiting.take(kTransactionMax);
    if (parts.empty()) break;
    stores = stores && record(parts);
    for (const JudgedPart& part : parts) {
      if (part.is_last) stores ? acknowledge(part) : give_back(part);
    }
    keep_place(false);
  }
  keep_place(true);
}

void Watch::State::give_back(const JudgedPart& part) {
  ++setup.metrics.failed_deliveries;
  setup.source.failed(part.receipt, "stopped before it could be stored");
}

// Until the store takes it. False: the grace of a stop is over.
bool Watch::State::record(const std::vector<JudgedPart>& parts) {
  for (;;) {
    const auto begin = steady_clock::now();
    const auto recorded = desk.record(parts);
    if (recorded) {
      setup.metrics.record.add(steady_clock::now() - begin);
      count(*recorded);
      set_trouble({});
      if (recorded->opened + recorded->raised != 0) ring();
      if (consultant) {
        for (const std::string& id : recorded->doubtful) consultant->ask_about(id);
      }
      return true;
    }
    ++setup.metrics.store_failures;
    set_trouble("the store cannot be written to: " + to_string(recorded.error()));
    setup.log.note("nothing is lost, and tried again: " + to_string(recorded.error()));
    source::Bell nobody;
    nobody.wait(nobody.rings(), steady_clock::now() + kStorePause, abandon.get_token());
    if (abandon.stop_requested()) return false;
  }
}

void Watch::State::acknowledge(const JudgedPart& part) {
  if (!part.is_last) return;
  setup.metrics.event_to_stored.add(steady_clock::now() - part.received);
  if (part.unreadable.empty()) {
    ++setup.metrics.deliveries;
    setup.source.done(part.receipt);
  } else {
    ++setup.metrics.failed_deliveries;
    setup.source.failed(part.receipt, part.unreadable);
  }
}

void Watch::State::count(const Recorded& recorded) {
  Metrics& metrics = setup.metrics;
  metrics.read += recorded.counts.read;
  metrics.judged += recorded.counts.judged - recorded.repeated;
  metrics.filtered += recorded.counts.filtered;
  metrics.skipped += recorded.counts.skipped;
  metrics.suppressed += recorded.counts.suppressed;
  metrics.repeated += recorded.repeated;
  metrics.events += recorded.events;
  metrics.opened += recorded.opened;
  metrics.raised += recorded.raised;
}

// Notes where the source would go on: now, or now and then.
void Watch::State::keep_place(bool now) {
  if (!setup.checkpoint || (!now && steady_clock::now() - kept_at < kCheckpointEvery)) return;
  kept_at = steady_clock::now();
  std::string place = setup.checkpoint->position();
  if (place == kept_place) return;
  const auto written = setup.store.write(
      [&](store::Writer& to) { return to.set_checkpoint(setup.checkpoint->name, place); });
  if (!written) return setup.log.note(to_string(written.error()));
  kept_place = std::move(place);
  if (!setup.checkpoint->objects_from) return;
  const auto gone =
      setup.store.forget_read_objects(setup.checkpoint->objects_from().time_since_epoch().count());
  if (!gone) setup.log.note(to_string(gone.error()));
}

// Of the one thread that keeps house: what is older than it should be goes.
void Watch::State::forget_old(const std::stop_token& stop) {
  source::Bell nobody;
  while (!stop.stop_requested()) {
    const auto gone = setup.store.forget(setup.now() - milliseconds(*setup.keep).count());
    if (!gone) setup.log.note(to_string(gone.error()));
    nobody.wait(nobody.rings(), steady_clock::now() + kHouseEvery, stop);
  }
}

// Everything that is due leaves, each sink by itself.
void Watch::State::drain(const std::stop_token& stop) {
  std::vector<std::jthread> threads;
  for (const auto& dispatcher : dispatchers) {
    threads.emplace_back([this, &dispatcher, &stop] {
      const auto drained = dispatcher->drain(stop);
      if (!drained) setup.log.note(to_string(drained.error()));
    });
  }
}

Result<void> Watch::run(const std::stop_token& stop) {
  State& state = *state_;
  // A stop gives everything under way some time to come to an end.
  std::stop_source over;
  std::jthread grace([&state, &stop, ended = over.get_token()] {
    source::Bell bell;
    const std::stop_callback wake_at_stop(stop, [&bell] { bell.ring(); });
    bell.wait(0, std::nullopt, ended);
    bell.wait(bell.rings(), steady_clock::now() + kGrace, ended);
    state.abandon.request_stop();
  });

  std::vector<std::jthread> dispatching;
  for (const auto& dispatcher : state.dispatchers) {
    dispatching.emplace_back([&state, &dispatcher](const std::stop_token& done) {
      dispatcher->run(done, state.abandon.get_token());
    });
  }
  std::vector<std::jthread> consulting;
  if (state.consultant) {
    const auto taken_up = state.consultant->take_up(state.setup.store, state.setup.now());
    if (!taken_up) state.setup.log.note(to_string(taken_up.error()));
    for (unsigned i = 0; i < kConsulting; ++i) {
      consulting.emplace_back(
          [&state](const std::stop_token& done) { state.consultant->run(done); });
    }
  }
  std::jthread housekeeping;
  if (state.setup.keep) {
    housekeeping = std::jthread([&state](const std::stop_token& done) { state.forget_old(done); });
  }
  std::jthread recording([&state] { state.record_all(); });
  {
    std::vector<std::jthread> judging;
    for (unsigned i = 0; i < std::max(1U, state.setup.threads); ++i) {
      judging.emplace_back([&state, &stop] { state.judge_all(stop); });
    }
    state.set_trouble({});
  }
  state.waiting.close();
  recording.join();
  for (std::jthread& thread : consulting) thread.request_stop();
  consulting.clear();
  if (state.consultant && !stop.stop_requested()) state.consultant->finish(stop);
  for (std::jthread& thread : dispatching) thread.request_stop();
  state.ring();
  dispatching.clear();
  if (!stop.stop_requested()) state.drain(stop);
  state.setup.source.close();
  state.keep_place(true);
  over.request_stop();
  grace.join();
  if (state.source_error) return tl::unexpected(*state.source_error);
  return {};
}

void Watch::ring() { state_->ring(); }

std::optional<std::string> Watch::trouble() const {
  const std::lock_guard lock(state_->mutex);
  if (state_->trouble.empty()) return std::nullopt;
  return state_->trouble;
}

std::map<std::string, double> Watch::gauges() const {
  const State& state = *state_;
  std::map<std::string, double> gauges{
      {"trailwarden_waiting", static_cast<double>(state.waiting.weight())},
      {"trailwarden_ready", trouble() ? 0.0 : 1.0},
      {"trailwarden_last_delivery_timestamp_seconds",
       static_cast<double>(state.setup.metrics.last_delivery.load())},
  };
  if (state.consultant) {
    gauges["trailwarden_model_waiting"] = static_cast<double>(state.consultant->waiting());
  }
  if (state.setup.more_gauges) state.setup.more_gauges(gauges);
  if (const auto depth = state.setup.store.outbox_depth()) {
    gauges["trailwarden_outbox_pending"] = static_cast<double>(depth->open);
    gauges["trailwarden_outbox_dead"] = static_cast<double>(depth->dead);
    gauges["trailwarden_store_bytes"] = static_cast<double>(depth->bytes);
  }
  return gauges;
}

}  // namespace trailwarden::watch
