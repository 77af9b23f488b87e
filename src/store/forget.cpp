// Retention. What goes is decided by cases: with a case its events and messages stay.
#include "store/database.h"
#include "store/store.h"

namespace trailwarden::store {
namespace {

constexpr std::string_view kForgetCases = R"sql(
  DELETE FROM cases WHERE rowid IN (
    SELECT c.rowid FROM cases AS c
    WHERE c.updated < ?1
      AND NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.case_id = c.id AND o.state < 2)
    ORDER BY c.updated LIMIT ?2))sql";

constexpr std::string_view kForgetEvents = R"sql(
  DELETE FROM events WHERE id IN (
    SELECT e.id FROM events AS e
    WHERE e.received < ?1 AND NOT EXISTS (SELECT 1 FROM cases AS c WHERE c.id = e.case_id)
    ORDER BY e.received LIMIT ?2))sql";

constexpr std::string_view kForgetMessages = R"sql(
  DELETE FROM outbox WHERE id IN (
    SELECT o.id FROM outbox AS o
    WHERE o.state > 1 AND o.created < ?1 AND coalesce(o.sent, o.tried, o.created) < ?1
      AND NOT EXISTS (SELECT 1 FROM cases AS c WHERE c.id = o.case_id)
    ORDER BY o.created LIMIT ?2))sql";

constexpr std::string_view kForgetAnswers = R"sql(
  DELETE FROM answers WHERE rowid IN (
    SELECT a.rowid FROM answers AS a WHERE a.at < ?1 ORDER BY a.at LIMIT ?2))sql";

constexpr std::string_view kForgetSpending = R"sql(
  DELETE FROM spending WHERE (minute, model) IN (
    SELECT s.minute, s.model FROM spending AS s WHERE s.minute < ?1 / 1000
    ORDER BY s.minute LIMIT ?2))sql";

constexpr std::string_view kForgetActivity = R"sql(
  DELETE FROM activity WHERE (hour, kind) IN (
    SELECT a.hour, a.kind FROM activity AS a WHERE a.hour < ?1 / 1000 AND a.received < ?1 / 1000
    ORDER BY a.hour LIMIT ?2))sql";

constexpr std::string_view kForgetKinds = R"sql(
  DELETE FROM kinds WHERE id IN (
    SELECT k.id FROM kinds AS k WHERE k.received < ?1 / 1000 ORDER BY k.received LIMIT ?2))sql";

constexpr std::string_view kForgetReadObjects = R"sql(
  DELETE FROM read_objects WHERE object IN (
    SELECT r.object FROM read_objects AS r WHERE r.day < ?1 ORDER BY r.day LIMIT ?2))sql";

// Runs `slice`, which says how many rows went, until none does: a transaction each.
Result<std::uint64_t> forget_all(Store& store,
                                 const std::function<Result<std::uint64_t>(Writer&)>& slice) {
  std::uint64_t gone = 0;
  const auto once = [&](Writer& to) -> Result<void> {
    gone = TW_TRY(slice(to));
    return {};
  };
  std::uint64_t total = 0;
  do {
    TW_TRY(store.write(once));
    total += gone;
  } while (gone > 0);
  return total;
}

}  // namespace

Result<std::uint64_t> Writer::forget_read_objects(std::int64_t before_day) {
  Query query = TW_TRY(database_->prepare(kForgetReadObjects));
  TW_TRY(query.bind(before_day, kForgetMax).run());
  return database_->changes();
}

Result<std::uint64_t> Store::forget_read_objects(std::int64_t before_day) {
  return forget_all(*this, [&](Writer& to) { return to.forget_read_objects(before_day); });
}

Result<std::uint64_t> Writer::forget(UnixMillis before) {
  std::uint64_t gone = 0;
  for (const std::string_view sql : {kForgetCases, kForgetEvents, kForgetMessages, kForgetActivity,
                                     kForgetKinds, kForgetAnswers, kForgetSpending}) {
    Query query = TW_TRY(database_->prepare(sql));
    TW_TRY(query.bind(before, kForgetMax).run());
    gone += database_->changes();
  }
  return gone;
}

Result<std::uint64_t> Store::forget(UnixMillis before) {
  return forget_all(*this, [&](Writer& to) { return to.forget(before); });
}

}  // namespace trailwarden::store
