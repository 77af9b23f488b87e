// What lasts: events that matter, cases, checkpoints of sources, messages to be sent, money spent.
// One SQLite file in WAL mode: one process writes, any number read at the same time.
//
//   auto store = TW_TRY(store::Store::open("trailwarden.db"));
//   const auto done = store->write([&](store::Writer& to) -> Result<void> {  // All or nothing.
//     if (TW_TRY(to.add_event(row))) TW_TRY(to.enqueue(message));
//     return {};
//   });
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/live_store.h"
#include "store/rows.h"

namespace trailwarden::store {

// As LiveWriter, and what only the owner of a store changes. Lives as long as the call of
// Store::write.
class Writer final : public LiveWriter, public OwnerWriter {
 public:
  Result<bool> add_event(const EventRow& event) override;
  Result<void> put_case(const CaseRow& row) override;

  Result<bool> enqueue(const OutboxRow& message) override;
  Result<void> enqueue_or_replace(const OutboxRow& message) override;
  Result<std::vector<OutboxRow>> claim(std::string_view sink, UnixMillis now,
                                       std::size_t limit) override;
  Result<void> mark_sent(std::int64_t message, std::string_view reference, UnixMillis now) override;
  Result<void> postpone(std::int64_t message, std::string_view reason, UnixMillis due) override;
  Result<void> leave_in_doubt(std::int64_t message, std::string_view reason,
                              UnixMillis due) override;
  Result<void> bury(std::int64_t message, std::string_view reason) override;
  // A dead one: pending, due now, its attempts counted from 0 again. Error: it is not dead.
  Result<void> revive(std::int64_t message, UnixMillis now);

  Result<void> set_checkpoint(std::string_view source, std::string_view position);
  Result<void> add_activity(const triage::ActivityCounts& counts, UnixMillis received) override;
  Result<void> add_read_object(const ReadObjectRow& read) override;
  Result<void> add_spending(const SpendingRow& spent) override;
  Result<void> put_answer(const AnswerRow& answer) override;
  Result<void> count(std::string_view counter, std::uint64_t by) override;

  OwnerWriter* owner() override { return this; }

  // Removes cases last updated before `before`, then events, sent and dead messages of cases that
  // are no more, activity, answers and spending, as old as that. A case with an open message stays,
  // and with a case its events and messages. At most kForgetMax rows of each kind: answers how many
  // rows went, 0 when there is nothing left to do. Store::forget() does it to the end.
  Result<std::uint64_t> forget(UnixMillis before);
  // Removes read objects of earlier days, kForgetMax at most: answers how many.
  Result<std::uint64_t> forget_read_objects(std::int64_t before_day);

 private:
  friend class Store;
  explicit Writer(class Database& database) : database_(&database) {}
  class Database* database_;
};

// As kAttemptMax where the process was killed and the store is opened anew: what left in its last
// moment may be on its way still, and who looked it up at once would not find it, and send it
// twice.
inline constexpr std::chrono::seconds kUnderWayMax{5};

// Rows of one kind that one transaction forgets: a few milliseconds' worth.
inline constexpr std::uint64_t kForgetMax = 1000;

struct StoreOptions {
  bool read_only = false;  // The file must exist; never waits for its writer.
  // Housekeeping beside the process that owns the store: the file must exist, short writes wait for
  // each other, and what is being sent is left alone.
  bool visiting = false;
};

struct OutboxDepth {
  std::uint64_t open = 0;  // Pending, or being sent.
  std::uint64_t dead = 0;
  std::uint64_t bytes = 0;  // Of the store's file and its log.
};

struct StoreStatistics {
  std::uint64_t events = 0, cases = 0, pending = 0, sending = 0, sent = 0, dead = 0, answers = 0;
  std::optional<UnixMillis> oldest, newest;  // When events were received.
  std::uint64_t bytes = 0;                   // Of the file and its log.
  std::uint64_t free_bytes = 0;              // Of these, what compact() would give back.
  int schema = 0;
};

// Safe for any number of threads. Reads see what was committed and do not wait for a write; those
// from within `work` see what it has done so far.
class Store final : public LiveStore {
 public:
  // Opens or makes the file (mode 0600) and brings its schema up to date. ":memory:" lasts as long
  // as the Store. Error: no store, damaged, made by a newer version, or (read_only false) another
  // process writes to it.
  static Result<std::unique_ptr<Store>> open(const std::string& path, StoreOptions options = {});
  ~Store() override;

  // Runs `work` in one transaction. Committed and on the disk when it answers without an error;
  // otherwise nothing has happened. Not from within another one's `work`.
  Result<void> write(const std::function<Result<void>(Writer&)>& work);
  // The same: nobody else writes, and `work` is called once.
  Result<void> transact(const std::function<Result<void>(LiveWriter&)>& work) override;
  std::size_t events_at_once() const override { return std::numeric_limits<std::size_t>::max(); }

  Result<std::vector<EventRow>> events_by_id(std::string_view event_id) const;
  Result<std::vector<EventRow>> events_of_case(std::string_view case_id, std::size_t limit) const;
  Result<std::vector<EventRow>> events_of(const CaseRow& row, std::size_t limit) const override {
    return events_of_case(row.id, limit);
  }
  // Nobody else goes on with a case of ours.
  Result<std::optional<std::vector<EventRow>>> events_since(std::uint64_t,
                                                            const CaseRow&) const override {
    return std::nullopt;
  }
  Result<std::optional<CaseRow>> find_case(std::string_view id) const override;
  Result<std::optional<CaseRow>> case_around(std::string_view actor,
                                             std::optional<UnixSeconds> time, std::int64_t silence,
                                             std::int64_t length) const override;
  // Latest first. `before`: only those updated earlier.
  Result<std::vector<CaseRow>> latest_cases(std::size_t limit,
                                            std::optional<UnixMillis> before = {}) const;

  Result<std::optional<UnixMillis>> next_due(std::string_view sink) const override;
  Result<std::vector<OutboxRow>> messages(OutboxState state, std::size_t limit) const;
  Result<std::string> thread_of(std::string_view sink, std::string_view case_id) const override;

  Result<std::optional<std::string>> checkpoint(std::string_view source) const;
  // The hours that ended in (since, until]: of two periods that touch each hour is in one, and it
  // is over when `until` is.
  Result<triage::ActivityCounts> activity(std::optional<UnixSeconds> since,
                                          std::optional<UnixSeconds> until) const;
  Result<std::vector<ReadObjectRow>> read_objects() const;
  Result<std::vector<SpendingRow>> spending_since(UnixSeconds minute) const override;
  Result<std::optional<AnswerRow>> answer(std::string_view shape) const override;
  Result<std::uint64_t> counter(std::string_view name) const;
  Result<OutboxDepth> outbox_depth() const;    // By an index: for metrics.
  Result<StoreStatistics> statistics() const;  // Counts rows: for people, not for every second.

  // Writer::forget() to the end, a transaction at a time, so that others can write in between.
  Result<std::uint64_t> forget(UnixMillis before);
  // The same for Writer::forget_read_objects().
  Result<std::uint64_t> forget_read_objects(std::int64_t before_day);
  // Whether SQLite finds the file sound (PRAGMA integrity_check), and what it says if not.
  Result<std::vector<std::string>> faults() const;
  // Gives space of removed rows back to the file system.
  Result<void> compact();

 private:
  struct Connections;
  class Reading;
  explicit Store(std::unique_ptr<Connections> connections);
  std::unique_ptr<Connections> connections_;
};

}  // namespace trailwarden::store
