#include "store/outbox.h"

#include <string>

#include "store/columns.h"
#include "store/connections.h"
#include "store/store.h"

namespace trailwarden::store {
namespace {

constexpr UnixMillis kAttemptMaxMs = std::chrono::milliseconds(kAttemptMax).count();
constexpr UnixMillis kUnderWayMaxMs = std::chrono::milliseconds(kUnderWayMax).count();

// Which open message of a case is the one that a sink is given. After every change of that.
Result<void> choose_head(Database& database, std::string_view case_id, std::string_view sink) {
  Query query = TW_TRY(database.prepare(R"sql(
    WITH head (id) AS (SELECT min(id) FROM outbox WHERE case_id = ?1 AND sink = ?2 AND state < 2)
    UPDATE outbox SET head = (id = (SELECT id FROM head))
    WHERE case_id = ?1 AND sink = ?2 AND state < 2 AND head <> (id = (SELECT id FROM head)))sql"));
  return query.bind(case_id, sink).run();
}

Error wrong_state(const Database& database, std::int64_t message, std::string_view state) {
  return {ErrorCode::Usage, "message " + std::to_string(message) + " is not " + std::string(state),
          database.path()};
}

// An UPDATE by id that must have found its message in the right state.
Result<void> run_on_one(Database& database, Query& query, std::int64_t message,
                        std::string_view state) {
  TW_TRY(query.run());
  if (database.changes() == 1) return {};
  return tl::unexpected(wrong_state(database, message, state));
}

// As above, for one that opens or closes a message and says RETURNING case_id, sink.
Result<void> run_and_choose_head(Database& database, Query& query, std::int64_t message,
                                 std::string_view state) {
  if (!TW_TRY(query.step())) return tl::unexpected(wrong_state(database, message, state));
  std::string case_id;
  std::string sink;
  query.read(case_id, sink);
  TW_TRY(query.run());
  return choose_head(database, case_id, sink);
}

Result<bool> enqueue_as(Database& database, const OutboxRow& message, std::string_view key,
                        UnixMillis created, UnixMillis due) {
  Query query = TW_TRY(database.prepare(R"sql(
    INSERT INTO outbox (key, sink, case_id, kind, state, head, attempts, created, due, reference,
                        reason)
    VALUES (?1, ?2, ?3, ?4, 0, 0, 0, ?5, ?6, '', '') ON CONFLICT (key) DO NOTHING)sql"));
  TW_TRY(query.bind(key, message.sink, message.case_id, message.kind, created, due).run());
  if (database.changes() == 0) return false;
  Query text = TW_TRY(
      database.prepare("INSERT INTO notices (message, notice) VALUES (last_insert_rowid(), ?1)"));
  TW_TRY(text.bind(message.notice).run());
  TW_TRY(choose_head(database, message.case_id, message.sink));
  return true;
}

struct Replaced {
  std::int64_t id = 0;
  std::string key;
  UnixMillis created = 0, due = 0;
};

Result<std::optional<Replaced>> find_replaceable(Database& database, const OutboxRow& message) {
  Query query = TW_TRY(database.prepare(R"sql(
    SELECT id, key, created, due FROM outbox
    WHERE case_id = ?1 AND sink = ?2 AND kind = ?3 AND state < 2 AND state = 0
    ORDER BY id DESC LIMIT 1)sql"));
  query.bind(message.case_id, message.sink, message.kind);
  if (!TW_TRY(query.step())) return std::nullopt;
  Replaced found;
  query.read(found.id, found.key, found.created, found.due);
  return found;
}

Result<bool> has_key(Database& database, std::string_view key) {
  Query query = TW_TRY(database.prepare("SELECT 1 FROM outbox WHERE key = ?1"));
  query.bind(key);
  return query.step();
}

// In order of due time, then id. One that is being sent is due when it is in doubt.
Result<std::vector<OutboxRow>> due_messages(Database& database, std::string_view sink,
                                            UnixMillis now, std::size_t limit) {
  Query query = TW_TRY(database.prepare(
      "SELECT " TW_MESSAGE_COLUMNS
      " FROM outbox JOIN notices ON message = id WHERE sink = ?1 AND head = 1 AND due <= ?2"
      " ORDER BY due, id LIMIT ?3"));
  query.bind(sink, now, limit);
  std::vector<OutboxRow> rows;
  while (TW_TRY(query.step())) rows.push_back(read_message(query));
  return rows;
}

// An attempt begins with a message that is due.
Result<void> begin_sending(Database& database, std::int64_t message, UnixMillis now) {
  Query query = TW_TRY(database.prepare(R"sql(
    UPDATE outbox SET state = 1, attempts = attempts + 1, first_tried = coalesce(first_tried, ?2),
                      tried = ?2, due = ?2 + ?3
    WHERE id = ?1)sql"));
  return query.bind(message, now, kAttemptMaxMs).run();
}

}  // namespace

Result<void> doubt_begun_attempts(Database& database) {
  // One that was left in doubt keeps the time at which it is to be looked up.
  Query query = TW_TRY(
      database.prepare("UPDATE outbox SET due = tried + ?2 WHERE state = 1 AND due = tried + ?1"));
  return query.bind(kAttemptMaxMs, kUnderWayMaxMs).run();
}

Result<bool> Writer::enqueue(const OutboxRow& message) {
  return enqueue_as(*database_, message, message.key, message.created, message.due);
}

Result<void> Writer::enqueue_or_replace(const OutboxRow& message) {
  if (TW_TRY(has_key(*database_, message.key))) return {};
  const std::optional<Replaced> old = TW_TRY(find_replaceable(*database_, message));
  if (!old) {
    TW_TRY(enqueue(message));
    return {};
  }
  Query query = TW_TRY(database_->prepare("DELETE FROM outbox WHERE id = ?1"));
  TW_TRY(query.bind(old->id).run());
  TW_TRY(enqueue_as(*database_, message, old->key, old->created, old->due));
  return {};
}

Result<std::vector<OutboxRow>> Writer::claim(std::string_view sink, UnixMillis now,
                                             std::size_t limit) {
  std::vector<OutboxRow> rows = TW_TRY(due_messages(*database_, sink, now, limit));
  for (const OutboxRow& row : rows) TW_TRY(begin_sending(*database_, row.id, now));
  return rows;
}

Result<void> Writer::mark_sent(std::int64_t message, std::string_view reference, UnixMillis now) {
  Query query = TW_TRY(database_->prepare(R"sql(
    UPDATE outbox SET state = 2, head = 0, sent = ?2, reference = ?3, reason = ''
    WHERE id = ?1 AND state = 1 RETURNING case_id, sink)sql"));
  query.bind(message, now, reference);
  return run_and_choose_head(*database_, query, message, "being sent");
}

Result<void> Writer::postpone(std::int64_t message, std::string_view reason, UnixMillis due) {
  Query query = TW_TRY(database_->prepare(
      "UPDATE outbox SET state = 0, reason = ?2, due = ?3 WHERE id = ?1 AND state = 1"));
  query.bind(message, reason, due);
  return run_on_one(*database_, query, message, "being sent");
}

Result<void> Writer::leave_in_doubt(std::int64_t message, std::string_view reason, UnixMillis due) {
  Query query = TW_TRY(
      database_->prepare("UPDATE outbox SET reason = ?2, due = ?3 WHERE id = ?1 AND state = 1"));
  query.bind(message, reason, due);
  return run_on_one(*database_, query, message, "being sent");
}

Result<void> Writer::bury(std::int64_t message, std::string_view reason) {
  Query query = TW_TRY(database_->prepare(R"sql(
    UPDATE outbox SET state = 3, head = 0, reason = ?2
    WHERE id = ?1 AND state < 2 RETURNING case_id, sink)sql"));
  query.bind(message, reason);
  return run_and_choose_head(*database_, query, message, "pending or being sent");
}

Result<void> Writer::revive(std::int64_t message, UnixMillis now) {
  Query query = TW_TRY(database_->prepare(R"sql(
    UPDATE outbox SET state = 0, attempts = 0, due = ?2
    WHERE id = ?1 AND state = 3 RETURNING case_id, sink)sql"));
  query.bind(message, now);
  return run_and_choose_head(*database_, query, message, "dead");
}

Result<std::optional<UnixMillis>> Store::next_due(std::string_view sink) const {
  const Reading reading(*this);
  Query query = TW_TRY(reading.database().prepare(
      "SELECT due FROM outbox WHERE sink = ?1 AND head = 1 ORDER BY due, id LIMIT 1"));
  query.bind(sink);
  if (!TW_TRY(query.step())) return std::nullopt;
  UnixMillis due = 0;
  query.read(due);
  return due;
}

Result<std::vector<OutboxRow>> Store::messages(OutboxState state, std::size_t limit) const {
  const Reading reading(*this);
  // Left alone, SQLite would walk the table in the order of ids, past all that was ever sent.
  constexpr std::string_view kOpen =
      "SELECT " TW_MESSAGE_COLUMNS
      " FROM outbox INDEXED BY outbox_open JOIN notices ON message = id"
      " WHERE state < 2 AND state = ?1 ORDER BY id LIMIT ?2";
  constexpr std::string_view kClosed =
      "SELECT " TW_MESSAGE_COLUMNS
      " FROM outbox INDEXED BY outbox_closed JOIN notices ON message = id"
      " WHERE state > 1 AND state = ?1 ORDER BY id LIMIT ?2";
  const bool is_open = state == OutboxState::Pending || state == OutboxState::Sending;
  Query query = TW_TRY(reading.database().prepare(is_open ? kOpen : kClosed));
  query.bind(state, limit);
  std::vector<OutboxRow> rows;
  while (TW_TRY(query.step())) rows.push_back(read_message(query));
  return rows;
}

Result<std::string> Store::thread_of(std::string_view sink, std::string_view case_id) const {
  const Reading reading(*this);
  Query query = TW_TRY(reading.database().prepare(R"sql(
    SELECT reference FROM outbox
    WHERE case_id = ?1 AND sink = ?2 AND state = 2 ORDER BY sent, id LIMIT 1)sql"));
  query.bind(case_id, sink);
  std::string reference;
  if (TW_TRY(query.step())) query.read(reference);
  return reference;
}

}  // namespace trailwarden::store
