// Changes within one transaction, but for the outbox (outbox.cpp) and forgetting (forget.cpp).
#include <string>

#include "store/database.h"
#include "store/store.h"

namespace trailwarden::store {
Result<bool> Writer::add_event(const EventRow& event) {
  Query query = TW_TRY(database_->prepare(R"sql(
    INSERT INTO events (fingerprint, event_id, time, case_id, actor, verdict, risk, sighting,
                        record, received)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (fingerprint) DO NOTHING)sql"));
  TW_TRY(query
             .bind(event.fingerprint, event.event_id, event.time, event.case_id, event.actor,
                   event.verdict, event.risk, event.sighting, event.record, event.received)
             .run());
  return database_->changes() == 1;
}

Result<void> Writer::put_case(const CaseRow& row) {
  Query query = TW_TRY(database_->prepare(R"sql(
    INSERT INTO cases (id, actor, account, first, last, local, verdict, risk, events, revision,
                       notified, title, document, opinion, updated)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
    ON CONFLICT (id) DO UPDATE SET
      actor = ?2, account = ?3, first = ?4, last = ?5, local = ?6, verdict = ?7, risk = ?8,
      events = ?9, revision = ?10, notified = ?11, title = ?12, document = ?13, opinion = ?14,
      updated = ?15)sql"));
  return query
      .bind(row.id, row.actor, row.account, row.first, row.last, row.local, row.verdict, row.risk,
            row.events, row.revision, row.notified, row.title, row.document, row.opinion,
            row.updated)
      .run();
}

Result<void> Writer::set_checkpoint(std::string_view source, std::string_view position) {
  Query query = TW_TRY(database_->prepare(R"sql(
    INSERT INTO checkpoints (source, position) VALUES (?1, ?2)
    ON CONFLICT (source) DO UPDATE SET position = ?2)sql"));
  return query.bind(source, position).run();
}

Result<void> Writer::add_activity(const triage::ActivityCounts& counts, UnixMillis received) {
  constexpr UnixMillis kHour = triage::kActivityStep * 1000;
  const UnixSeconds hour = received / kHour * triage::kActivityStep;
  for (const auto& [activity, events] : counts) {
    const std::uint64_t kind = triage::kind_of(activity);
    Query known = TW_TRY(database_->prepare(R"sql(
      INSERT INTO kinds (id, user, account, source, name, region, error_code, is_service,
                         received)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      ON CONFLICT (id) DO UPDATE SET received = ?9 WHERE received < ?9)sql"));
    TW_TRY(known
               .bind(kind, activity.user, activity.account, activity.source, activity.name,
                     activity.region, activity.error_code, activity.is_service, hour)
               .run());
    Query counted = TW_TRY(database_->prepare(R"sql(
      INSERT INTO activity (hour, kind, events, received) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (hour, kind) DO UPDATE SET
        events = events + ?3, received = max(received, ?4))sql"));
    TW_TRY(counted.bind(activity.hour, kind, events, hour).run());
  }
  return {};
}

Result<void> Writer::add_read_object(const ReadObjectRow& read) {
  Query query = TW_TRY(database_->prepare(
      "INSERT INTO read_objects (object, day) VALUES (?1, ?2) ON CONFLICT (object) DO NOTHING"));
  return query.bind(read.object, read.day).run();
}

Result<void> Writer::add_spending(const SpendingRow& spent) {
  Query query = TW_TRY(database_->prepare(R"sql(
    INSERT INTO spending (minute, model, tokens, nano_dollars) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (minute, model) DO UPDATE SET
      tokens = tokens + ?3, nano_dollars = nano_dollars + ?4)sql"));
  return query.bind(spent.minute, spent.model, spent.tokens, spent.nano_dollars).run();
}

Result<void> Writer::put_answer(const AnswerRow& answer) {
  Query query = TW_TRY(database_->prepare(R"sql(
    INSERT INTO answers (shape, answer, at) VALUES (?1, ?2, ?3)
    ON CONFLICT (shape) DO UPDATE SET answer = ?2, at = ?3)sql"));
  return query.bind(answer.shape, answer.answer, answer.at).run();
}

Result<void> Writer::count(std::string_view counter, std::uint64_t by) {
  Query query = TW_TRY(database_->prepare(R"sql(
    INSERT INTO counters (name, value) VALUES (?1, ?2)
    ON CONFLICT (name) DO UPDATE SET value = value + ?2)sql"));
  return query.bind(counter, by).run();
}

}  // namespace trailwarden::store
