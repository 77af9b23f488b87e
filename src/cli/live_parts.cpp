#include "cli/live_parts.h"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <random>
#include <string>

#include "cli/content.h"
#include "cli/messages.h"
#include "cli/period.h"

namespace trailwarden::cli {

Result<engine::Engine> compiled_engine(const Request& request) {
  const auto content = TW_TRY(content_of(request));
  auto engine = TW_TRY(engine::Engine::compile(content));
  print_remarks(engine.rules());
  return engine;
}

watch::Policy policy_of(const Request& request) {
  watch::Policy policy;
  policy.least = triage::verdict_named(request.text("min-verdict")).value_or(policy.least);
  // A stream comes to its end before an update would be due.
  if (request.text("source") == "-") policy.between_updates = std::chrono::seconds{0};
  return policy;
}

std::vector<std::string> sink_specs(const Request& request) {
  std::vector<std::string> specs = request.all("sink");
  for (std::string& spec : specs) {
    const bool says_itself = spec.find(",min=") != std::string::npos;
    if (!says_itself && request.has("min-verdict")) spec += ",min=" + request.text("min-verdict");
  }
  return specs;
}

Result<std::chrono::hours> keep_of(const Request& request) {
  const UnixSeconds now = std::time(nullptr);
  const UnixSeconds since = TW_TRY(parse_period_end(request.text("keep", "90d"), now));
  return std::chrono::duration_cast<std::chrono::hours>(std::chrono::seconds(now - since));
}

watch::LogForm log_form(const Request& request, watch::LogForm otherwise) {
  if (!request.has("log")) return otherwise;
  return request.text("log") == "json" ? watch::LogForm::Json : watch::LogForm::Text;
}

Result<LiveModel> live_model(const Request& request, store::LiveStore& store, bool is_shared) {
  LiveModel model;
  if (!ModelSetup::is_wanted(request)) return model;
  model.ledger = std::make_unique<watch::StoreLedger>(store, request.text("model"), is_shared);
  model.answers = std::make_unique<watch::StoreCache>(store, wall_clock);
  ModelCaps caps;
  caps.limits.cost_per_day = model::dollars(5);
  caps.limits.tokens_per_day = 5'000'000;
  model.setup = TW_TRY(ModelSetup::open(
      request, caps, {.ledger = model.ledger.get(), .answers = model.answers.get()}));
  return model;
}

std::string footer_of(const engine::Engine& engine, const LiveModel& model) {
  std::string footer =
      "Trailwarden " TW_VERSION ", " + std::to_string(engine.rules().rules.size()) + " rules";
  if (!model.setup) return footer;
  const auto spent = model.setup->budget().spent();
  footer += " · " + model.setup->guard().model() + ": ";
  if (model.setup->knows_price()) {
    footer += to_string(spent.hour.cost) + " in the last hour, " + to_string(spent.day.cost) +
              " in the last day";
  } else {
    footer += std::to_string(spent.day.tokens) + " tokens in the last day";
  }
  return footer;
}

void add_gauges(const LiveModel& model, std::map<std::string, double>& gauges) {
  if (!model.setup) return;
  const auto spent = model.setup->budget().spent();
  const auto state = model.setup->guard().state();
  const auto dollars = [](model::Usd amount) { return static_cast<double>(amount.nanos) / 1e9; };
  gauges["trailwarden_model_dollars_last_hour"] = dollars(spent.hour.cost);
  gauges["trailwarden_model_dollars_last_day"] = dollars(spent.day.cost);
  gauges["trailwarden_model_tokens_last_hour"] = static_cast<double>(spent.hour.tokens);
  gauges["trailwarden_model_tokens_last_day"] = static_cast<double>(spent.day.tokens);
  gauges["trailwarden_model_over_budget"] = static_cast<double>(state.over_budget);
  gauges["trailwarden_model_resting"] = state.breaker == model::Breaker::State::Closed ? 0.0 : 1.0;
}

store::UnixMillis wall_clock() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())
      .time_since_epoch()
      .count();
}

double chance() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(random);
}

void write_line(std::string_view line) {
  const std::string whole = std::string(line) + "\n";
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

}  // namespace trailwarden::cli
