// What a store is asked, but for its outbox (outbox.cpp).
#include <sys/stat.h>

#include <limits>

#include "store/columns.h"
#include "store/connections.h"
#include "store/store.h"

namespace trailwarden::store {
namespace {

template <class Row>
Result<std::vector<Row>> all(Query& query, Row (*read)(const Query&)) {
  std::vector<Row> rows;
  while (TW_TRY(query.step())) rows.push_back(read(query));
  return rows;
}

template <class Row>
Result<std::optional<Row>> first(Query& query, Row (*read)(const Query&)) {
  if (!TW_TRY(query.step())) return std::nullopt;
  return read(query);
}

std::uint64_t size_of(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

Result<std::vector<EventRow>> Store::events_by_id(std::string_view event_id) const {
  const Reading reading(*this);
  Query query = TW_TRY(reading.database().prepare("SELECT " TW_EVENT_COLUMNS
                                                  " FROM events WHERE event_id = ?1 ORDER BY id"));
  query.bind(event_id);
  return all(query, read_event);
}

Result<std::vector<EventRow>> Store::events_of_case(std::string_view case_id,
                                                    std::size_t limit) const {
  const Reading reading(*this);
  Query query = TW_TRY(reading.database().prepare(
      "SELECT " TW_EVENT_COLUMNS
      " FROM events WHERE case_id = ?1 ORDER BY time NULLS FIRST, id LIMIT ?2"));
  query.bind(case_id, limit);
  return all(query, read_event);
}

Result<std::optional<CaseRow>> Store::find_case(std::string_view id) const {
  const Reading reading(*this);
  Query query =
      TW_TRY(reading.database().prepare("SELECT " TW_CASE_COLUMNS " FROM cases WHERE id = ?1"));
  query.bind(id);
  return first(query, read_case);
}

Result<std::optional<CaseRow>> Store::case_around(std::string_view actor,
                                                  std::optional<UnixSeconds> time,
                                                  std::int64_t silence, std::int64_t length) const {
  const Reading reading(*this);
  if (!time) {  // As triage has it: events without a time make a case of their own.
    Query query = TW_TRY(reading.database().prepare(
        "SELECT " TW_CASE_COLUMNS
        " FROM cases WHERE actor = ?1 AND last IS NULL ORDER BY id DESC LIMIT 1"));
    query.bind(actor);
    return first(query, read_case);
  }
  Query query = TW_TRY(reading.database().prepare("SELECT " TW_CASE_COLUMNS R"sql( FROM cases
    WHERE actor = ?1 AND last >= ?2 - ?3 AND last <= ?2 + ?4
      AND first <= ?2 + ?3 AND first >= ?2 - ?4
    ORDER BY last DESC, id DESC LIMIT 1)sql"));
  query.bind(actor, *time, silence, length);
  return first(query, read_case);
}

Result<std::vector<CaseRow>> Store::latest_cases(std::size_t limit,
                                                 std::optional<UnixMillis> before) const {
  const Reading reading(*this);
  Query query = TW_TRY(reading.database().prepare(
      "SELECT " TW_CASE_COLUMNS
      " FROM cases WHERE updated < ?1 ORDER BY updated DESC, id DESC LIMIT ?2"));
  query.bind(before.value_or(std::numeric_limits<UnixMillis>::max()), limit);
  return all(query, read_case);
}

Result<std::optional<std::string>> Store::checkpoint(std::string_view source) const {
  const Reading reading(*this);
  Query query =
      TW_TRY(reading.database().prepare("SELECT position FROM checkpoints WHERE source = ?1"));
  query.bind(source);
  if (!TW_TRY(query.step())) return std::nullopt;
  std::string position;
  query.read(position);
  return position;
}

Result<triage::ActivityCounts> Store::activity(std::optional<UnixSeconds> since,
                                               std::optional<UnixSeconds> until) const {
  constexpr UnixSeconds kEver = std::numeric_limits<UnixSeconds>::max() / 2;
  const Reading reading(*this);
  Query query = TW_TRY(reading.database().prepare(R"sql(
    SELECT hour, user, account, source, name, region, error_code, is_service, events
    FROM activity JOIN kinds ON kinds.id = kind WHERE hour > ?1 AND hour <= ?2)sql"));
  query.bind(since.value_or(-kEver) - triage::kActivityStep,
             until.value_or(kEver) - triage::kActivityStep);
  triage::ActivityCounts counts;
  while (TW_TRY(query.step())) {
    triage::Activity activity;
    std::uint64_t events = 0;
    query.read(activity.hour, activity.user, activity.account, activity.source, activity.name,
               activity.region, activity.error_code, activity.is_service, events);
    counts[std::move(activity)] += events;
  }
  return counts;
}

Result<std::vector<ReadObjectRow>> Store::read_objects() const {
  const Reading reading(*this);
  Query query = TW_TRY(reading.database().prepare("SELECT object, day FROM read_objects"));
  std::vector<ReadObjectRow> rows;
  while (TW_TRY(query.step())) {
    ReadObjectRow& row = rows.emplace_back();
    query.read(row.object, row.day);
  }
  return rows;
}

Result<std::vector<SpendingRow>> Store::spending_since(UnixSeconds minute) const {
  const Reading reading(*this);
  Query query = TW_TRY(reading.database().prepare(R"sql(
    SELECT minute, model, tokens, nano_dollars FROM spending
    WHERE minute >= ?1 ORDER BY minute, model)sql"));
  query.bind(minute);
  std::vector<SpendingRow> rows;
  while (TW_TRY(query.step())) {
    SpendingRow& row = rows.emplace_back();
    query.read(row.minute, row.model, row.tokens, row.nano_dollars);
  }
  return rows;
}

Result<std::optional<AnswerRow>> Store::answer(std::string_view shape) const {
  const Reading reading(*this);
  Query query =
      TW_TRY(reading.database().prepare("SELECT shape, answer, at FROM answers WHERE shape = ?1"));
  query.bind(shape);
  if (!TW_TRY(query.step())) return std::nullopt;
  AnswerRow row;
  query.read(row.shape, row.answer, row.at);
  return row;
}

Result<std::uint64_t> Store::counter(std::string_view name) const {
  const Reading reading(*this);
  Query query = TW_TRY(reading.database().prepare("SELECT value FROM counters WHERE name = ?1"));
  query.bind(name);
  std::uint64_t value = 0;
  if (TW_TRY(query.step())) query.read(value);
  return value;
}

Result<OutboxDepth> Store::outbox_depth() const {
  const Reading reading(*this);
  Query query = TW_TRY(reading.database().prepare(R"sql(
    SELECT (SELECT count(*) FROM outbox WHERE state < 2),
           (SELECT count(*) FROM outbox WHERE state > 1 AND state = 3))sql"));
  OutboxDepth depth;
  if (TW_TRY(query.step())) query.read(depth.open, depth.dead);
  const std::string& path = connections_->path;
  depth.bytes = size_of(path) + size_of(path + "-wal");
  return depth;
}

Result<StoreStatistics> Store::statistics() const {
  const Reading reading(*this);
  Query query = TW_TRY(reading.database().prepare(R"sql(
    SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM cases),
           (SELECT count(*) FROM outbox WHERE state < 2 AND state = 0),
           (SELECT count(*) FROM outbox WHERE state < 2 AND state = 1),
           (SELECT count(*) FROM outbox WHERE state = 2),
           (SELECT count(*) FROM outbox WHERE state > 1 AND state = 3), (SELECT count(*) FROM answers),
           (SELECT min(received) FROM events), (SELECT max(received) FROM events))sql"));
  StoreStatistics result;
  if (TW_TRY(query.step())) {
    query.read(result.events, result.cases, result.pending, result.sending, result.sent,
               result.dead, result.answers, result.oldest, result.newest);
  }
  result.schema = static_cast<int>(TW_TRY(reading.database().number("PRAGMA user_version")));
  const auto free_pages = TW_TRY(reading.database().number("PRAGMA freelist_count"));
  const auto page_bytes = TW_TRY(reading.database().number("PRAGMA page_size"));
  result.free_bytes = static_cast<std::uint64_t>(free_pages * page_bytes);
  const std::string& path = connections_->path;
  result.bytes = size_of(path) + size_of(path + "-wal");
  return result;
}

}  // namespace trailwarden::store
