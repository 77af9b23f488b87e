// What `watch` and `lambda` are made of alike.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/model_setup.h"
#include "cli/options.h"
#include "engine/engine.h"
#include "store/store.h"
#include "watch/log.h"
#include "watch/model_memory.h"
#include "watch/policy.h"

namespace trailwarden::cli {

// With the rules and the pattern that the request names; what does not load is told on stderr.
Result<engine::Engine> compiled_engine(const Request& request);

// --min-verdict.
watch::Policy policy_of(const Request& request);

// --sink; what does not say min= itself takes what --min-verdict lets through.
std::vector<std::string> sink_specs(const Request& request);

// --keep: how long what is in the store lasts.
Result<std::chrono::hours> keep_of(const Request& request);

// --log, or `otherwise`.
watch::LogForm log_form(const Request& request, watch::LogForm otherwise);

// A language model with what it needs of the store; nothing with --analyst local.
struct LiveModel {
  std::unique_ptr<watch::StoreLedger> ledger;
  std::unique_ptr<watch::StoreCache> answers;
  std::unique_ptr<ModelSetup> setup;

  analyst::ModelAnalyst* analyst() const { return setup ? &setup->analyst() : nullptr; }
};
// `store` outlives the model; `is_shared`: by other processes. Error: as ModelSetup::open.
Result<LiveModel> live_model(const Request& request, store::LiveStore& store,
                             bool is_shared = false);

// "189 rules 3f2a… · model $0.12 today, $0.03 this hour": the last line of each message.
std::string footer_of(const engine::Engine& engine, const LiveModel& model);

// What metrics say of the model: questions, money, tokens, its breaker.
void add_gauges(const LiveModel& model, std::map<std::string, double>& gauges);

// Milliseconds since 1970.
store::UnixMillis wall_clock();

// From [0, 1), different in every thread.
double chance();

// To stderr, whole.
void write_line(std::string_view line);

}  // namespace trailwarden::cli
