// The engines of a digest on a leash, for the tests in this folder. Reads one order from stdin:
//
//   {"engine": "bedrock" | "anthropic" | "direct", "provider": "bedrock" | "anthropic",
//    "model": …, "journal": PATH, "bucket": …, "prefix": …, "role": …, "tasks": [{"id", "text"}]}
//
// and prints what happens, one JSON a line: {"answer"}, {"failed"}, {"tell"}, {"progress"} and at
// the end {"end"}. An answer is in the journal before it is printed, and what is there is not asked
// for again. SIGTERM is a stop. AWS_PROBE_SLEEP_SCALE: what all waits are multiplied with.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <thread>

#include "aws/default_chain.h"
#include "aws/settings.h"
#include "aws/sts.h"
#include "inference/anthropic_batch.h"
#include "inference/batch_engine.h"
#include "inference/bedrock_batch.h"
#include "model/json_read.h"

namespace trailwarden::inference {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

template <class T>
T wanted(Result<T> result) {
  if (result) return std::move(result).take();
  std::cout << json::serialize(json::object{{"end", {{"error", to_string(result.error())}}}})
            << std::endl;
  std::exit(0);
}

void print(json::object line) { std::cout << json::serialize(line) << std::endl; }

// As Ctrl-C of the product: a stop is requested, once.
class StopOnSignal {
 public:
  StopOnSignal() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    waiter_ = std::thread([this] {
      int number = 0;
      sigwait(&signals_, &number);
      source_.request_stop();
    });
  }
  ~StopOnSignal() {
    pthread_kill(waiter_.native_handle(), SIGTERM);
    waiter_.join();
  }
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
  std::stop_token token() const { return source_.get_token(); }

 private:
  sigset_t signals_{};
  std::stop_source source_;
  std::thread waiter_;
};

class Order {
 public:
  explicit Order(json::object object) : object_(std::move(object)) {}

  std::string text(const char* name) const { return model::text_in(object_, name); }
  std::uint64_t number(const char* name, std::uint64_t otherwise) const {
    return object_.contains(name) ? model::count_in(object_, name) : otherwise;
  }
  std::vector<Task> tasks() const {
    std::vector<Task> tasks;
    for (const json::value& value : object_.at("tasks").as_array()) {
      const json::object& task = value.as_object();
      tasks.push_back({.id = model::text_in(task, "id"),
                       .request = {.system = "Sum up.",
                                   .turns = {{model::Role::User, model::text_in(task, "text")}},
                                   .max_tokens = 200}});
    }
    return tasks;
  }

 private:
  json::object object_;
};

Pause scaled_pause() {
  const double scale = std::stod(environment("AWS_PROBE_SLEEP_SCALE").value_or("1"));
  return [scale](milliseconds span, const std::stop_token& stop) {
    pause_for(std::chrono::duration_cast<milliseconds>(span * scale), stop);
  };
}

aws::Session make_session() {
  aws::Session session;
  session.settings =
      std::make_shared<const aws::Settings>(wanted(aws::load_settings(environment, {})));
  session.http = std::make_shared<net::Client>();
  session.sleep = scaled_pause();
  session.random = [] { return 0.5; };
  session.credentials = wanted(aws::default_chain({.settings = session.settings,
                                                   .http = session.http,
                                                   .direct = session.http,
                                                   .sts = aws::make_sts_calls(session),
                                                   .sleep = session.sleep}));
  return session;
}

class Probe {
 public:
  explicit Probe(const Order& order) : order_(order), session_(make_session()) {
    http_ = {.http = session_.http,
             .base_url = environment("ANTHROPIC_BASE_URL").value_or(""),
             .key = environment("ANTHROPIC_API_KEY").value_or(""),
             .model = order_.text("model")};
    price_ = model::PriceList::listed().find(order_.text("model"));
    if (const auto cap = order_.number("cap_tokens", 0)) {
      budget_ = wanted(model::Budget::open({.tokens_per_day = cap}, ledger_, [] { return 0; }));
    }
    model::GuardOptions guard{.concurrency_max = 4, .price = price_, .budget = budget_.get()};
    guard.sleep = session_.sleep;
    guard.breaker = {.rest = milliseconds(100), .rest_max = milliseconds(200)};
    guard_ = std::make_unique<model::Guard>(provider(), guard);
    direct_ = std::make_unique<DirectEngine>(*guard_, DirectOptions{.pause = session_.sleep});
    journal_ = wanted(Journal::open(order_.text("journal"), "probe"));
  }

  void run(const std::stop_token& stop) {
    std::vector<Task> tasks = order_.tasks();
    std::erase_if(tasks, [&](const Task& task) { return journal_->find("answer/" + task.id); });
    std::unique_ptr<BatchEngine> batch;
    if (order_.text("engine") != "direct") batch = make_batch();
    Engine& engine = batch ? static_cast<Engine&>(*batch) : *direct_;
    const auto done = engine.run(
        tasks,
        [&](const Task& task, model::Outcome<model::Reply> reply) { return keep(task, reply); },
        [&](const EngineProgress& progress) {
          print({{"progress",
                  {{"state", progress.state},
                   {"answered", progress.answered},
                   {"tasks", progress.tasks}}}});
        },
        stop);
    print({{"end", summary(engine, done)}});
  }

 private:
  std::unique_ptr<model::Provider> provider() {
    if (order_.text("provider") == "anthropic") return wanted(model::make_anthropic(http_));
    const std::string model = order_.text("model");
    const auto call = model.find("anthropic.") == model.npos ? model::BedrockCall::Converse
                                                             : model::BedrockCall::InvokeModel;
    return model::make_bedrock(session_, {.model = model, .call = call});
  }

  std::unique_ptr<BatchEngine> make_batch() {
    BatchOptions options{.price = price_, .budget = budget_.get()};
    options.look_first = milliseconds(order_.number("look_ms", 10));
    options.look_max = milliseconds(order_.number("look_max_ms", 50));
    options.unknown_max = milliseconds(order_.number("unknown_ms", 60'000));
    options.wait_max = milliseconds(order_.number("wait_ms", 60'000));
    options.tell = [](std::string_view line) { print({{"tell", model::as_key(line)}}); };
    return std::make_unique<BatchEngine>(service(), *journal_, *direct_, options);
  }

  std::unique_ptr<BatchService> service() {
    if (order_.text("engine") == "anthropic") {
      return wanted(make_anthropic_batch(http_, limits(kAnthropicLimits), session_.sleep));
    }
    BedrockBatchOptions options{.model = order_.text("model"),
                                .role_arn = order_.text("role"),
                                .bucket = order_.text("bucket"),
                                .prefix = order_.text("prefix")};
    options.limits = limits(options.limits);
    return wanted(make_bedrock_batch(session_, options));
  }

  JobLimits limits(JobLimits limits) const {
    limits.records_min = order_.number("records_min", limits.records_min);
    limits.records_max = order_.number("records_max", limits.records_max);
    limits.bytes_max = order_.number("bytes_max", limits.bytes_max);
    return limits;
  }

  Result<void> keep(const Task& task, const model::Outcome<model::Reply>& reply) {
    if (!reply) {
      print({{"failed", {{"id", task.id}, {"line", model::to_string(reply.error())}}}});
      return {};
    }
    if (order_.number("kill_before_answer", 0) == ++answers_) std::raise(SIGKILL);
    TW_TRY(journal_->put("answer/" + task.id, reply->text));
    if (order_.number("kill_after_answer", 0) == answers_) std::raise(SIGKILL);
    print({{"answer", {{"id", task.id}, {"text", reply->text}}}});
    return {};
  }

  json::object summary(const Engine& engine, const Result<void>& done) {
    const EngineTotals totals = engine.totals();
    json::object end{{"error", done ? json::value(nullptr) : json::value(to_string(done.error()))},
                     {"answered", totals.answered},
                     {"failed", totals.failed},
                     {"input", totals.usage.input},
                     {"output", totals.usage.output},
                     {"nanos", totals.cost.nanos},
                     {"jobs", json::value_from(totals.jobs)}};
    if (budget_) end["budget_tokens"] = budget_->spent().day.tokens;
    return end;
  }

  const Order& order_;
  aws::Session session_;
  model::HttpOptions http_;
  std::optional<model::Price> price_;
  model::MemoryLedger ledger_;
  std::unique_ptr<model::Budget> budget_;
  std::unique_ptr<model::Guard> guard_;
  std::unique_ptr<DirectEngine> direct_;
  std::unique_ptr<Journal> journal_;
  std::uint64_t answers_ = 0;
};

}  // namespace
}  // namespace trailwarden::inference

int main() {
  namespace inference = trailwarden::inference;
  const inference::StopOnSignal stop;
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  const inference::Order order(boost::json::parse(text).as_object());
  inference::Probe(order).run(stop.token());
}
