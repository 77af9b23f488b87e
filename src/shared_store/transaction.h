// What one call of SharedStore::transact() changes: gathered, and written all at once at its end.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "shared_store/known.h"
#include "store/live_store.h"

namespace trailwarden::shared_store {

struct TransactionSetup {
  const Table& table;
  Known& known;
  const std::set<Key>& repeated;  // Events that are there, as an earlier try found out.
  UnixSeconds expires = 0;        // Of what is written.
  bool is_again = false;          // Others were faster, who would be again in the same order.
};

class Transaction final : public store::LiveWriter {
 public:
  explicit Transaction(TransactionSetup setup) : setup_(setup) {}

  Result<bool> add_event(const store::EventRow& event) override;
  Result<void> put_case(const store::CaseRow& row) override;
  Result<bool> enqueue(const store::OutboxRow& message) override;
  Result<void> enqueue_or_replace(const store::OutboxRow& message) override;
  Result<std::vector<store::OutboxRow>> claim(std::string_view sink, store::UnixMillis now,
                                              std::size_t limit) override;
  Result<void> mark_sent(std::int64_t message, std::string_view reference,
                         store::UnixMillis now) override;
  Result<void> postpone(std::int64_t message, std::string_view reason,
                        store::UnixMillis due) override;
  Result<void> leave_in_doubt(std::int64_t message, std::string_view reason,
                              store::UnixMillis due) override;
  Result<void> bury(std::int64_t message, std::string_view reason) override;
  Result<void> add_spending(const store::SpendingRow& spent) override;
  Result<void> put_answer(const store::AnswerRow& answer) override;
  store::OwnerWriter* owner() override { return nullptr; }

  // What there is to write. LimitExceeded: a case is too large for an item.
  Result<std::vector<ItemWrite>> writes() const;
  // It was written: it is what is known from now on.
  void remember();
  // It was not, for others had written these: what they wrote is read again.
  Result<void> read_again(const std::vector<Key>& refused);
  // Nobody knows whether it was: what it stands on is forgotten.
  void forget();
  // It comes to nothing.
  void give_up();

 private:
  struct Ended {
    Lane* lane;
    store::OutboxRow* message;
  };
  using DueLanes = std::map<Key, store::UnixMillis>;

  struct ChangedCase {
    std::uint64_t replaces;  // Its revision before.
    store::CaseRow row;
  };

  StoredCase stored(const ChangedCase& changed) const;
  void put(const Key& key, std::optional<std::uint64_t> replaces, std::uint64_t version,
           std::string document);
  Result<Lane*> lane(std::string_view case_id, std::string_view sink);
  Lane* lane(const Key& key);
  Result<Ended> end(std::int64_t message);
  DueLanes known_to_be_due(std::string_view sink, store::UnixMillis now) const;
  Result<void> look(std::string_view sink, store::UnixMillis now, std::size_t limit, DueLanes& due);
  Result<store::OutboxRow> begin(const Key& key, store::UnixMillis now);

  const TransactionSetup setup_;
  std::map<Key, ItemWrite> rows_;                         // Events, answers.
  std::map<std::string, ChangedCase> cases_;              // By id, as …
  std::map<std::string, std::vector<std::string>> came_;  // … sort keys of events that are new.
  std::map<Key, Lane> lanes_;                             // Those that change, as they will be …
  std::map<std::string, ActorCases, std::less<>> actors_;
  std::optional<SpendingBook> spending_;     // … but for their versions.
  std::vector<std::int64_t> begun_, ended_;  // Attempts.
};

}  // namespace trailwarden::shared_store
