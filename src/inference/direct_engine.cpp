#include "inference/direct_engine.h"

#include <algorithm>
#include <thread>
#include <vector>

namespace trailwarden::inference {
namespace {

using Kind = model::Failure::Kind;

constexpr std::chrono::seconds kTurnedAwayPause{2};

}  // namespace

struct DirectEngine::Run {
  std::span<const Task> tasks;
  const OnAnswer& on_answer;
  const OnProgress& on_progress;
  std::stop_source ended{};  // By the caller's stop, or by an error.
  std::atomic<std::size_t> next{0};
  std::mutex telling{};  // Of what follows, and of both callbacks.
  EngineProgress progress{};
  bool is_any_answered = false;
  std::optional<Error> error{};
};

Result<void> DirectEngine::run(std::span<const Task> tasks, const OnAnswer& on_answer,
                               const OnProgress& on_progress, const std::stop_token& stop) {
  last_answer_ = options_.now();
  Run run{.tasks = tasks, .on_answer = on_answer, .on_progress = on_progress};
  run.progress = {.state = "asking", .tasks = tasks.size()};
  {
    const std::stop_callback on_stop(stop, [&] { run.ended.request_stop(); });
    std::vector<std::jthread> threads;
    const std::size_t count = std::min<std::size_t>(std::max(options_.threads, 1U), tasks.size());
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([&] { work(run); });
  }
  if (run.error) return tl::unexpected(*std::move(run.error));
  if (stop.stop_requested()) return fail(ErrorCode::Io, "a stop was requested");
  return {};
}

void DirectEngine::work(Run& run) {
  const std::stop_token ended = run.ended.get_token();
  while (!ended.stop_requested()) {
    const std::size_t index = run.next.fetch_add(1);
    if (index >= run.tasks.size()) return;
    auto reply = ask(run.tasks[index], ended);
    // What a stop kept from being asked is nobody's failure.
    if (!reply && reply.error().kind == Kind::Cancelled && ended.stop_requested()) return;
    told(run, run.tasks[index], std::move(reply));
  }
}

model::Outcome<model::Reply> DirectEngine::ask(const Task& task, const std::stop_token& stop) {
  while (true) {
    auto reply = guard_.ask(task.request, options_.task_time, stop);
    if (reply) {
      last_answer_ = options_.now();
      return reply;
    }
    const Kind kind = reply.error().kind;
    const bool is_turned_away = kind == Kind::Resting || kind == Kind::Throttled;
    const auto waited = options_.now() - last_answer_.load();
    if (!is_turned_away || waited > options_.patience || stop.stop_requested()) return reply;
    options_.pause(kTurnedAwayPause, stop);
  }
}

void DirectEngine::told(Run& run, const Task& task, model::Outcome<model::Reply> reply) {
  count(reply);
  const std::lock_guard lock(run.telling);
  if (run.ended.stop_requested() && run.error) return;
  // Without credentials the others would fare no better.
  if (!reply && reply.error().kind == Kind::Credentials && !run.is_any_answered) {
    run.error = model::to_error(reply.error());
    run.ended.request_stop();
    return;
  }
  if (reply) run.is_any_answered = true;
  if (auto kept = run.on_answer(task, std::move(reply)); !kept) {
    run.error = std::move(kept).error();
    run.ended.request_stop();
    return;
  }
  ++run.progress.answered;
  run.on_progress(run.progress);
}

void DirectEngine::count(const model::Outcome<model::Reply>& reply) {
  const std::lock_guard lock(mutex_);
  ++(reply ? totals_.answered : totals_.failed);
  if (!reply) return;
  if (reply->usage) totals_.usage += *reply->usage;
  totals_.cost += guard_.cost(*reply).value_or(model::Usd{});
}

EngineTotals DirectEngine::totals() const {
  const std::lock_guard lock(mutex_);
  return totals_;
}

}  // namespace trailwarden::inference
