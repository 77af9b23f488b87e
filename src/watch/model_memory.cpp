#include "watch/model_memory.h"

#include <utility>

namespace trailwarden::watch {

Result<std::vector<model::Spending>> StoreLedger::load(UnixSeconds since) {
  std::vector<model::Spending> changes;
  for (const store::SpendingRow& row : TW_TRY(store_.spending_since(since - since % 60))) {
    changes.push_back({row.minute, row.tokens, model::Usd{row.nano_dollars}});
  }
  return changes;
}

Result<void> StoreLedger::append(const model::Spending& change) {
  return store_.transact([&](store::LiveWriter& to) { return to.add_spending(row(change)); });
}

Result<void> StoreLedger::append_if(const model::Spending& change, UnixSeconds since,
                                    const Check& may) {
  return store_.transact([&](store::LiveWriter& to) -> Result<void> {
    const auto all = TW_TRY(load(since));
    TW_TRY(may(all));
    return to.add_spending(row(change));
  });
}

store::SpendingRow StoreLedger::row(const model::Spending& change) const {
  return {.minute = change.time - change.time % 60,
          .model = model_,
          .tokens = change.tokens,
          .nano_dollars = change.cost.nanos};
}

Result<std::optional<std::string>> StoreCache::find(std::string_view key) {
  auto kept = TW_TRY(store_.answer(key));
  if (!kept) return std::nullopt;
  return std::move(kept->answer);
}

Result<void> StoreCache::keep(std::string_view key, std::string_view answer) {
  const store::AnswerRow row{std::string(key), std::string(answer), now_()};
  return store_.transact([&](store::LiveWriter& to) { return to.put_answer(row); });
}

}  // namespace trailwarden::watch
