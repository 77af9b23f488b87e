// The language model that the user asked for, with all that it stands on.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "analyst/model_analyst.h"
#include "base/result.h"
#include "cli/options.h"
#include "model/budget.h"
#include "model/guard.h"
#include "model/providers.h"

namespace trailwarden::cli {

// What lasts between runs, where something does: both outlive the setup.
struct ModelMemory {
  model::Ledger* ledger = nullptr;           // nullptr: of this run.
  analyst::OpinionCache* answers = nullptr;  // The same.
};

// What a run may spend where the user does not say: --max-cost.
struct ModelCaps {
  model::BudgetLimits limits{};
  unsigned concurrency_max = 4;
};

// Where and with which key a service of HTTP is asked: ANTHROPIC_… or OPENAI_… of the environment.
// `service`: "ANTHROPIC". Error: a key that cannot be had.
Result<model::HttpOptions> http_options(const Request& request, const std::string& service);

// One provider and everything around it. Its parts borrow from each other: not moved.
class ModelSetup {
 public:
  // Whether --analyst names a model at all.
  static bool is_wanted(const Request& request);

  // By --analyst, --model, --prompt, --prices, --max-cost, --redact, --model-time, and keys and
  // base URLs of the environment. Nothing is asked yet, but a key may be fetched from Secrets
  // Manager. Error: Usage, or a file or key that cannot be had.
  static Result<std::unique_ptr<ModelSetup>> open(const Request& request, const ModelCaps& caps,
                                                  const ModelMemory& memory = {});

  analyst::ModelAnalyst& analyst() { return *analyst_; }
  model::Guard& guard() { return *guard_; }
  model::Budget& budget() { return *budget_; }
  bool knows_price() const { return price_.has_value(); }
  const std::optional<model::Price>& price() const { return price_; }
  // "asked claude-haiku-4-5 about 12 cases (3 answers used again): 31,000 tokens, $0.0420": one
  // line. List prices are named with their source.
  std::string account() const;

 private:
  ModelSetup() = default;

  std::optional<model::Price> price_;
  model::MemoryLedger own_ledger_;
  analyst::MemoryCache own_answers_;
  std::unique_ptr<model::Budget> budget_;
  std::unique_ptr<model::Guard> guard_;
  std::unique_ptr<analyst::ModelAnalyst> analyst_;
};

}  // namespace trailwarden::cli
