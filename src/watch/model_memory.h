// What a model's budget and answers need of the store.
#pragma once

#include <string>
#include <vector>

#include "analyst/opinion_cache.h"
#include "model/budget.h"
#include "store/live_store.h"
#include "watch/desk.h"

namespace trailwarden::watch {

// Spending that outlives the process, by the minute.
class StoreLedger final : public model::Ledger, public model::SharedLedger {
 public:
  // `store` outlives the ledger. `model` names what is spent on. `is_shared`: by other processes.
  StoreLedger(store::LiveStore& store, std::string model, bool is_shared = false)
      : store_(store), model_(std::move(model)), is_shared_(is_shared) {}
  Result<std::vector<model::Spending>> load(UnixSeconds since) override;
  Result<void> append(const model::Spending& change) override;
  Result<void> append_if(const model::Spending& change, UnixSeconds since,
                         const Check& may) override;
  model::SharedLedger* shared() override { return is_shared_ ? this : nullptr; }

 private:
  store::SpendingRow row(const model::Spending& change) const;

  store::LiveStore& store_;
  const std::string model_;
  const bool is_shared_;
};

class StoreCache final : public analyst::OpinionCache {
 public:
  StoreCache(store::LiveStore& store, WallClock now) : store_(store), now_(std::move(now)) {}
  Result<std::optional<std::string>> find(std::string_view key) override;
  Result<void> keep(std::string_view key, std::string_view answer) override;

 private:
  store::LiveStore& store_;
  const WallClock now_;
};

}  // namespace trailwarden::watch
