// Rows with something in every column, to be changed where a test cares.
#pragma once

#include <string>

#include "store/store.h"

namespace trailwarden::store {

inline EventRow event_row(const std::string& fingerprint) {
  return {.fingerprint = fingerprint,
          .event_id = "e-" + fingerprint,
          .time = 1'772'541'667,
          .case_id = "c-1",
          .actor = "AKIA",
          .verdict = triage::Verdict::Uncertain,
          .risk = 45,
          .sighting = R"({"rule":"r"})",
          .record = R"({"eventName":"CreateUser"})",
          .received = 1'000};
}

inline CaseRow case_row(const std::string& id) {
  return {.id = id,
          .actor = "AKIA",
          .account = "123456789012",
          .first = 1'000,
          .last = 2'000,
          .local = triage::Verdict::Uncertain,
          .verdict = triage::Verdict::Dangerous,
          .risk = 81,
          .events = 3,
          .revision = 2,
          .notified = triage::Verdict::Uncertain,
          .title = "A title",
          .document = R"({"a":1})",
          .opinion = R"({"b":2})",
          .updated = 5'000};
}

inline OutboxRow message_row(const std::string& key) {
  OutboxRow row;
  row.key = key;
  row.sink = "slack:C1";
  row.case_id = "c-1";
  row.kind = "opened";
  row.notice = R"({"schema":1})";
  row.created = 100;
  row.due = 200;
  return row;
}

// A store that a test's writes succeed in.
inline std::unique_ptr<Store> open_or_die(const std::string& path, StoreOptions options = {}) {
  auto store = Store::open(path, options);
  if (!store) ADD_FAILURE() << to_string(store.error());
  return store ? std::move(*store) : nullptr;
}

template <class Work>
void write_or_die(Store& store, const Work& work) {
  const auto done = store.write([&](Writer& to) -> Result<void> {
    work(to);
    return {};
  });
  ASSERT_TRUE(done) << to_string(done.error());
}

// The value of a result that has one.
template <class T>
T value(Result<T> result) {
  if (!result) ADD_FAILURE() << to_string(result.error());
  return result ? std::move(*result) : T{};
}
inline void succeed(const Result<void>& result) {
  EXPECT_TRUE(result) << (result ? "" : to_string(result.error()));
}

// What a claim would take: one that is taken back.
inline std::vector<OutboxRow> due_messages(Store& store, std::string_view sink, UnixMillis now,
                                           std::size_t limit) {
  std::vector<OutboxRow> rows;
  const auto taken_back = store.write([&](Writer& to) -> Result<void> {
    rows = value(to.claim(sink, now, limit));
    return fail(ErrorCode::Usage, "on purpose");
  });
  EXPECT_EQ(taken_back.error().message, "on purpose");
  return rows;
}

}  // namespace trailwarden::store
