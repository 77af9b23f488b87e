// What judging live events needs of a store: a part that a file of one's own (Store) and a table
// shared by many processes (shared_store/) can both keep.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/rows.h"
#include "triage/activity.h"

namespace trailwarden::store {

// What only a store of one process takes: a shared one would be written to at every event for it,
// and nobody would be better off.
class OwnerWriter {
 public:
  // Adds to a counter that lasts: "judged", "read", …
  virtual Result<void> count(std::string_view counter, std::uint64_t by) = 0;
  // Adds to the number of events without findings, for digests; they came at `received`.
  virtual Result<void> add_activity(const triage::ActivityCounts& counts, UnixMillis received) = 0;
  // Notes that an object was read; one that is known stays.
  virtual Result<void> add_read_object(const ReadObjectRow& read) = 0;

 protected:
  ~OwnerWriter() = default;
};

// What can be changed, within one transaction. Lives as long as the call of LiveStore::transact.
class LiveWriter {
 public:
  // False: an event of this fingerprint is there already; nothing was changed.
  virtual Result<bool> add_event(const EventRow& event) = 0;
  // Inserts a case, of revision 1, or replaces the one of the same id and the revision before.
  virtual Result<void> put_case(const CaseRow& row) = 0;

  // Adds a message, unless one of its key is there (false).
  virtual Result<bool> enqueue(const OutboxRow& message) = 0;
  // As enqueue(), but takes the place of a pending message of the same sink, case and kind, whose
  // time and key stay: what grows quickly is told once. The message gets a new id, so that nobody
  // who has read the old one can begin to send its words, and stands last of its case.
  virtual Result<void> enqueue_or_replace(const OutboxRow& message) = 0;

  // Begins an attempt with each message of `sink` that is due (pending ones, and those in doubt),
  // by due time, then id. Of one case only the earliest is due: a case's messages are sent in the
  // order in which they were added. The rows are as they were before: state Sending tells of an
  // attempt whose end is unknown.
  virtual Result<std::vector<OutboxRow>> claim(std::string_view sink, UnixMillis now,
                                               std::size_t limit) = 0;
  // How the attempt ended. Error for each: the message is not being sent.
  virtual Result<void> mark_sent(std::int64_t message, std::string_view reference,
                                 UnixMillis now) = 0;
  // The attempt came to nothing, certainly: pending again, due at `due`.
  virtual Result<void> postpone(std::int64_t message, std::string_view reason, UnixMillis due) = 0;
  // Whether the attempt arrived is unknown: stays Sending, due at `due` for looking it up.
  virtual Result<void> leave_in_doubt(std::int64_t message, std::string_view reason,
                                      UnixMillis due) = 0;
  // Given up, pending or being sent.
  virtual Result<void> bury(std::int64_t message, std::string_view reason) = 0;

  virtual Result<void> add_spending(const SpendingRow& spent) = 0;  // To its minute and model.
  virtual Result<void> put_answer(const AnswerRow& answer) = 0;

  // nullptr: the store is a shared one.
  virtual OwnerWriter* owner() = 0;

 protected:
  ~LiveWriter() = default;
};

// Safe for any number of threads. Reads see what was committed; those from within `work` see what
// it stands on.
class LiveStore {
 public:
  LiveStore() = default;
  virtual ~LiveStore() = default;
  LiveStore(const LiveStore&) = delete;
  LiveStore& operator=(const LiveStore&) = delete;

  // Runs `work` in one transaction. Committed, and lasting, when it answers without an error;
  // otherwise nothing has happened, as far as anybody can tell: a network may lose the word that it
  // did. Not from within another one's `work`.
  //
  // Where others write to the store as well, `work` is called again, from its beginning, when what
  // it had read was changed by one of them: it must then read again whatever it decides by.
  // LimitExceeded: it is more than one transaction can hold; less may be tried.
  virtual Result<void> transact(const std::function<Result<void>(LiveWriter&)>& work) = 0;
  // So many events are best given to one transaction.
  virtual std::size_t events_at_once() const = 0;

  // Of a case, in order of time (none first), then of arrival.
  virtual Result<std::vector<EventRow>> events_of(const CaseRow& row, std::size_t limit) const = 0;
  // The events that came to a case between its revision `since` and `row`, in any order. Nothing:
  // the store does not know; they are among events_of().
  virtual Result<std::optional<std::vector<EventRow>>> events_since(std::uint64_t since,
                                                                    const CaseRow& row) const = 0;
  virtual Result<std::optional<CaseRow>> find_case(std::string_view id) const = 0;
  // The actor's case that an event of `time` belongs to: its span, widened by `silence` seconds on
  // both sides, holds the time, and with it stays within `length` seconds. Of several the latest.
  virtual Result<std::optional<CaseRow>> case_around(std::string_view actor,
                                                     std::optional<UnixSeconds> time,
                                                     std::int64_t silence,
                                                     std::int64_t length) const = 0;

  // When LiveWriter::claim() will have something for the sink; nothing where no message waits.
  virtual Result<std::optional<UnixMillis>> next_due(std::string_view sink) const = 0;
  // The reference of the first message of a case that this sink took; empty where there is none.
  virtual Result<std::string> thread_of(std::string_view sink, std::string_view case_id) const = 0;

  virtual Result<std::vector<SpendingRow>> spending_since(UnixSeconds minute) const = 0;
  virtual Result<std::optional<AnswerRow>> answer(std::string_view shape) const = 0;
};

// What the name of a shared store begins with where a user chooses between one and a file:
// "dynamodb:TABLE".
inline constexpr std::string_view kSharedPrefix = "dynamodb:";

// How long an attempt may take: a message that is being sent for longer is in doubt and handed out
// again.
inline constexpr std::chrono::minutes kAttemptMax{5};

}  // namespace trailwarden::store
