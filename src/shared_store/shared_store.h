// A store that many processes share: one DynamoDB table. Everybody reads, works out what follows,
// and writes on the condition that nobody else wrote meanwhile; who comes second works it out
// again. The table's layout: docs/STORE.md.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "shared_store/table.h"
#include "store/live_store.h"

namespace trailwarden::shared_store {

struct SharedStoreSetup {
  std::string table;
  Table::OpenSession session;  // Asked for when the table is first needed.
  // What was last written so long ago may be removed by DynamoDB.
  std::chrono::hours keep{24 * 90};
  std::function<store::UnixMillis()> now;
  Table::Sleep sleep;
};

class SharedStore final : public store::LiveStore {
 public:
  // Nothing is asked of AWS yet.
  explicit SharedStore(SharedStoreSetup setup);
  ~SharedStore() override;

  Result<void> transact(const std::function<Result<void>(store::LiveWriter&)>& work) override;
  std::size_t events_at_once() const override;

  Result<std::vector<store::EventRow>> events_of(const store::CaseRow& row,
                                                 std::size_t limit) const override;
  Result<std::optional<std::vector<store::EventRow>>> events_since(
      std::uint64_t since, const store::CaseRow& row) const override;
  Result<std::optional<store::CaseRow>> find_case(std::string_view id) const override;
  Result<std::optional<store::CaseRow>> case_around(std::string_view actor,
                                                    std::optional<UnixSeconds> time,
                                                    std::int64_t silence,
                                                    std::int64_t length) const override;
  Result<std::optional<store::UnixMillis>> next_due(std::string_view sink) const override;
  Result<std::string> thread_of(std::string_view sink, std::string_view case_id) const override;
  Result<std::vector<store::SpendingRow>> spending_since(UnixSeconds minute) const override;
  Result<std::optional<store::AnswerRow>> answer(std::string_view shape) const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trailwarden::shared_store
