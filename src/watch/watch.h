// Live events from a source to the sinks: judged at once, stored, acknowledged, told.
//
//   source ──► judging threads ──► desk (one transaction for what is there) ──► source.done
//                                    └──► outbox ──► one dispatcher a sink
//
// Each stage waits for the next: a slow disk slows the source, a slow sink only its own outbox.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "analyst/model_analyst.h"
#include "engine/engine.h"
#include "sink/sink.h"
#include "source/live_source.h"
#include "store/store.h"
#include "watch/desk.h"
#include "watch/dispatcher.h"
#include "watch/log.h"
#include "watch/metrics.h"
#include "watch/policy.h"

namespace trailwarden::watch {

// Where a source that keeps no place of its own goes on after a restart.
struct Checkpoint {
  std::string name;                       // Its key in the store.
  std::function<std::string()> position;  // What it is given at the next start.
  // The first day of the objects that it still wants to be told of there; empty: it reads none.
  std::function<std::chrono::sys_days()> objects_from{};
};

struct WatchSetup {
  const engine::Engine& engine;
  source::LiveSource& source;
  std::optional<Checkpoint> checkpoint{};  // Nothing: the source is a queue.
  store::Store& store;
  std::vector<sink::Sink*> sinks{};
  Policy policy{};
  DispatchLimits dispatch{};
  std::string dashboard_url{};
  std::optional<std::chrono::hours> keep{};  // What is older is forgotten; nothing: nothing is.
  unsigned threads = 2;                      // That judge.
  analyst::ModelAnalyst* analyst = nullptr;  // Asked about cases; nullptr: rules alone.
  std::function<std::string()> footer{};     // Of each message.
  std::function<void(std::map<std::string, double>&)> more_gauges{};
  Metrics& metrics;
  Log& log;
  WallClock now;
  std::function<double()> chance;
};

// One run. Everything in the setup is borrowed and outlives it.
class Watch {
 public:
  explicit Watch(WatchSetup setup);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Works until the source has no more, or a stop is requested: what was handed out is then judged,
  // stored and acknowledged, and attempts to send that were begun are finished. What is left in the
  // outbox waits for the next run; where the source came to its end, what is due is sent first.
  // Error: the source cannot go on; all else is waited for and asked again.
  Result<void> run(const std::stop_token& stop);

  // There is something new in the outbox that others put there. From any thread.
  void ring();

  // Whether events are being taken and stored; and if not, why. From any thread.
  std::optional<std::string> trouble() const;
  // What metrics ask for at the moment they are asked.
  std::map<std::string, double> gauges() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trailwarden::watch
