// The function: events in, everything that they lead to stored and sent before it answers.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analyst/model_analyst.h"
#include "aws/s3.h"
#include "engine/engine.h"
#include "lambda/payload.h"
#include "sink/sink.h"
#include "source/sqs_consumer.h"
#include "store/live_store.h"
#include "watch/consultant.h"
#include "watch/delivery_judge.h"
#include "watch/dispatcher.h"

namespace trailwarden::lambda {

struct FunctionSetup {
  const engine::Engine& engine;
  store::LiveStore& store;
  // Whether the store outlives the sandbox: what could not be sent then is sent by a later call.
  bool store_lasts = false;
  // An invocation without news looks for what others left to be sent if nobody has for so long.
  std::chrono::milliseconds look_every{0};
  std::vector<sink::Sink*> sinks{};
  source::Fetch fetch;  // Objects that notifications name.
  analyst::ModelAnalyst* analyst = nullptr;
  std::string dashboard_url{};
  std::function<std::string()> footer{};
  watch::Policy policy{};
  watch::Metrics& metrics;
  watch::Log& log;
  watch::WallClock now;
  std::function<double()> chance;
};

// What an invocation came to.
struct Answer {
  std::string body;   // JSON: what is responded.
  std::string error;  // Not empty: the invocation failed as a whole, for this reason.
};

// One thread.
class Function {
 public:
  explicit Function(FunctionSetup setup);

  // Judges, stores and sends; stops sending and asking a margin before `deadline`. What was not
  // handled to its end is answered as failed, so that Lambda's event source delivers it again.
  Answer handle(std::string_view payload, std::chrono::system_clock::time_point deadline);

 private:
  struct Outcome {
    bool is_whole = false;
    bool has_news = false;  // It led to something that is to be sent.
    std::string reason;     // Why it is not whole.
  };
  Outcome take(const Item& item, const std::stop_token& stop);
  Outcome judge(const std::string& bytes, const std::string& name, const std::stop_token& stop);
  bool is_time_to_send(bool has_news);
  void send(const std::stop_token& stop);
  bool all_sent() const;

  const FunctionSetup setup_;
  watch::Desk desk_;
  watch::DeliveryJudge judge_;
  std::unique_ptr<watch::Consultant> consultant_;
  std::vector<std::unique_ptr<watch::Dispatcher>> dispatchers_;
  std::chrono::steady_clock::time_point looked_ = std::chrono::steady_clock::now();
};

}  // namespace trailwarden::lambda
