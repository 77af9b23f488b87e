#include "lambda/function.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "source/notification.h"

namespace trailwarden::lambda {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

// So long before the deadline nothing new is begun: the answer must get out.
constexpr milliseconds kMargin{2'000};

// Requests a stop when a time has come.
class Timer {
 public:
  explicit Timer(system_clock::time_point when)
      : thread_([this, when](const std::stop_token& over) {
          const auto left = when - system_clock::now();
          bell_.wait(bell_.rings(), std::chrono::steady_clock::now() + left, over);
          if (!over.stop_requested()) late_.request_stop();
        }) {}
  std::stop_token token() const { return late_.get_token(); }

 private:
  std::stop_source late_;
  source::Bell bell_;
  std::jthread thread_;
};

watch::DeskSetup desk_setup(const FunctionSetup& setup) {
  watch::DeskSetup desk{.rules = setup.engine.rules(),
                        .store = setup.store,
                        .sinks = setup.sinks,
                        .policy = setup.policy,
                        .dashboard_url = setup.dashboard_url,
                        .settle = watch::ratchet_of(setup.analyst),
                        .footer = setup.footer,
                        .now = setup.now};
  // The sandbox may sleep before an update would be due.
  desk.policy.between_updates = seconds{0};
  return desk;
}

}  // namespace

Function::Function(FunctionSetup setup)
    : setup_(std::move(setup)),
      desk_(desk_setup(setup_)),
      judge_(setup_.engine, [this](std::string_view line) { setup_.log.note(line); }) {
  if (setup_.analyst != nullptr) {
    consultant_ =
        std::make_unique<watch::Consultant>(watch::ConsultantSetup{.analyst = *setup_.analyst,
                                                                   .desk = desk_,
                                                                   .metrics = setup_.metrics,
                                                                   .log = setup_.log,
                                                                   .told = [] {}});
  }
  for (sink::Sink* sink : setup_.sinks) {
    dispatchers_.push_back(
        std::make_unique<watch::Dispatcher>(watch::DispatcherSetup{.store = setup_.store,
                                                                   .sink = *sink,
                                                                   .metrics = setup_.metrics,
                                                                   .log = setup_.log,
                                                                   .now = setup_.now,
                                                                   .chance = setup_.chance}));
  }
}

Function::Outcome Function::judge(const std::string& bytes, const std::string& name,
                                  const std::stop_token& stop) {
  Outcome outcome;
  const auto emit = [&](watch::JudgedPart part) {
    outcome.reason = part.unreadable;
    const auto recorded = desk_.record({&part, 1});
    if (!recorded) {
      outcome.reason = to_string(recorded.error());
      return false;
    }
    setup_.metrics.judged += recorded->counts.judged - recorded->repeated;
    outcome.has_news = outcome.has_news || recorded->events + recorded->repeated != 0;
    if (consultant_ != nullptr) {
      for (const std::string& id : recorded->doubtful) consultant_->ask_about(id);
    }
    return true;
  };
  const bool is_read = judge_.judge({.name = name, .bytes = bytes, .receipt = {}},
                                    std::chrono::steady_clock::now(), emit, stop);
  if (!is_read && outcome.reason.empty()) outcome.reason = "the time is over";
  outcome.is_whole = outcome.reason.empty();
  return outcome;
}

Function::Outcome Function::take(const Item& item, const std::stop_token& stop) {
  const source::Notification notification = source::read_notification(item.body);
  using Kind = source::Notification::Kind;
  if (notification.kind == Kind::Nothing)
    return {.is_whole = true, .has_news = false, .reason = {}};
  if (notification.kind == Kind::Unknown) return judge(item.body, "event", stop);
  if (notification.kind == Kind::Events) return judge(notification.text, "event", stop);
  Outcome all{.is_whole = true, .has_news = false, .reason = {}};
  for (const source::ObjectRef& object : notification.objects) {
    const std::string name = "s3://" + object.bucket + "/" + object.key;
    const auto bytes = setup_.fetch(object, stop);
    if (!bytes)
      return {.is_whole = false, .has_news = all.has_news, .reason = to_string(bytes.error())};
    Outcome one = judge(*bytes, name, stop);
    all.has_news = all.has_news || one.has_news;
    if (!one.is_whole) return {.is_whole = false, .has_news = all.has_news, .reason = one.reason};
  }
  return all;
}

void Function::send(const std::stop_token& stop) {
  for (const auto& dispatcher : dispatchers_) {
    const auto sent = dispatcher->drain(stop);
    if (!sent) setup_.log.note(to_string(sent.error()));
  }
}

bool Function::is_time_to_send(bool has_news) {
  const auto now = std::chrono::steady_clock::now();
  if (!has_news && now - looked_ < setup_.look_every) return false;
  looked_ = now;
  return true;
}

bool Function::all_sent() const {
  return std::all_of(setup_.sinks.begin(), setup_.sinks.end(), [this](const sink::Sink* sink) {
    const auto next = setup_.store.next_due(sink->name());
    return next && !*next;
  });
}

Answer Function::handle(std::string_view json, system_clock::time_point deadline) {
  const auto payload = read_payload(json);
  if (!payload) return {.body = {}, .error = to_string(payload.error())};
  const Timer timer(deadline - kMargin);
  std::vector<std::pair<const Item*, Outcome>> outcomes;
  bool has_news = payload->is_schedule;
  for (const Item& item : payload->items) {
    outcomes.emplace_back(&item, take(item, timer.token()));
    has_news = has_news || outcomes.back().second.has_news;
  }
  if (is_time_to_send(has_news)) send(timer.token());
  if (consultant_ != nullptr && consultant_->waiting() != 0) {
    consultant_->finish(timer.token());
    send(timer.token());
  }

  const bool is_told = setup_.store_lasts || all_sent();
  std::vector<std::string> failed;
  std::string reason;
  for (auto& [item, outcome] : outcomes) {
    if (outcome.has_news && !is_told && outcome.is_whole) {
      outcome.is_whole = false;
      outcome.reason = "not everybody could be told";
    }
    if (outcome.is_whole) continue;
    setup_.log.say(watch::LogLevel::Error, "not handled: " + outcome.reason,
                   {{"message", item->id}});
    failed.push_back(item->id);
    reason = outcome.reason;
  }
  if (payload->is_sqs) return {.body = batch_answer(failed), .error = {}};
  if (!failed.empty()) return {.body = {}, .error = reason};
  return {.body = R"({"status":"ok"})", .error = {}};
}

}  // namespace trailwarden::lambda
