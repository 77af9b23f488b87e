// What a model's budget and answers need of the store.
#pragma once

#include <string>
#include <vector>

#include "analyst/opinion_cache.h"
#include "model/budget.h"
#include "store/store.h"
#include "watch/desk.h"

namespace trailwarden::watch {

// Spending that outlives the process, by the minute.
class StoreLedger final : public model::Ledger {
 public:
  // `store` outlives the ledger. `model` names what is spent on.
  StoreLedger(store::Store& store, std::string model) : store_(store), model_(std::move(model)) {}
  Result<std::vector<model::Spending>> load(UnixSeconds since) override;
  Result<void> append(const model::Spending& change) override;

 private:
  store::Store& store_;
  const std::string model_;
};

class StoreCache final : public analyst::OpinionCache {
 public:
  StoreCache(store::Store& store, WallClock now) : store_(store), now_(std::move(now)) {}
  Result<std::optional<std::string>> find(std::string_view key) override;
  Result<void> keep(std::string_view key, std::string_view answer) override;

 private:
  store::Store& store_;
  const WallClock now_;
};

}  // namespace trailwarden::watch
