// No question reads a whole table. Every statement that the room prepares is caught on its way to
// SQLite, and SQLite's plan for it must look up, in an index, all but what is listed here.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <set>

#include "rows.h"

namespace trailwarden::store {
namespace {

std::set<std::string>* g_statements = nullptr;  // SQLite's hooks take no closure.
sqlite3* g_handle = nullptr;

int note_statement(unsigned, void*, void* statement, void*) {
  g_statements->insert(sqlite3_sql(static_cast<sqlite3_stmt*>(statement)));
  return 0;
}

int watch_connection(sqlite3* handle, char**, const sqlite3_api_routines*) {
  if (g_handle != nullptr) return SQLITE_OK;  // That of the empty store, which is copied.
  g_handle = handle;
  return sqlite3_trace_v2(handle, SQLITE_TRACE_STMT, note_statement, nullptr);
}

// The details of SQLite's plan, one a line.
std::vector<std::string> plan(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const std::string explained = "EXPLAIN QUERY PLAN " + sql;
  EXPECT_EQ(sqlite3_prepare_v2(g_handle, explained.c_str(), -1, &statement, nullptr), SQLITE_OK)
      << sql << ": " << sqlite3_errmsg(g_handle);
  std::vector<std::string> lines;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    lines.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, 3)));
  }
  sqlite3_finalize(statement);
  return lines;
}

// Everything that a Store can be asked or told, once.
void use_everything(Store& store) {
  write_or_die(store, [](Writer& to) {
    value(to.add_event(event_row("1")));
    succeed(to.put_case(case_row("c-1")));
    value(to.enqueue(message_row("1")));
    OutboxRow next = message_row("2");
    next.kind = "grown";
    succeed(to.enqueue_or_replace(next));
    next.key = "3";
    succeed(to.enqueue_or_replace(next));
    value(to.claim("slack:C1", 1'000, 9));
    succeed(to.postpone(1, "", 0));
    value(to.claim("slack:C1", 1'000, 9));
    succeed(to.leave_in_doubt(1, "", 0));
    succeed(to.mark_sent(1, "", 0));
    const auto rows = value(to.claim("slack:C1", 1'000, 9));
    succeed(to.bury(rows.at(0).id, ""));
    succeed(to.revive(rows.at(0).id, 0));
    succeed(to.set_checkpoint("s", "p"));
    succeed(to.add_activity({{{}, 1}}, 0));
    succeed(to.add_read_object({}));
    value(to.forget_read_objects(1));
    succeed(to.add_spending({}));
    succeed(to.put_answer({}));
    succeed(to.count("n", 1));
    value(to.forget(0));
  });
  value(store.events_by_id(""));
  value(store.events_of_case("", 1));
  value(store.find_case(""));
  value(store.case_around("", 1, 1, 1));
  value(store.case_around("", std::nullopt, 1, 1));
  value(store.latest_cases(1));
  value(store.next_due(""));
  for (const OutboxState state :
       {OutboxState::Pending, OutboxState::Sending, OutboxState::Sent, OutboxState::Dead}) {
    value(store.messages(state, 1));
  }
  value(store.thread_of("", ""));
  value(store.checkpoint(""));
  value(store.activity({}, {}));
  value(store.read_objects());
  value(store.spending_since(0));
  value(store.answer(""));
  value(store.counter(""));
}

// A walk over a whole index, and why it is right.
constexpr const char* kWalks[] = {
    "SCAN outbox USING INDEX outbox_open",  // messages(): of the open ones only, for people.
    "USE TEMP B-TREE FOR ORDER BY",         // As above: they come by case, not by id.
    "MATERIALIZE head",                     // The one row of choose_head()'s WITH.
    "SCAN head",
    "SCAN read_objects",  // All of them, once: what a source goes on with.
};

bool is_allowed(const std::string& line) {
  for (const char* walk : kWalks) {
    if (line.starts_with(walk)) return true;
  }
  // A subquery's own lines follow it.
  return line.starts_with("SEARCH ") || line.find("SUBQUERY") != std::string::npos;
}

TEST(Plans, EveryStatementLooksUpWhatItWants) {
  std::set<std::string> statements;
  g_statements = &statements;
  const auto entry = reinterpret_cast<void (*)()>(watch_connection);
  ASSERT_EQ(sqlite3_auto_extension(entry), SQLITE_OK);
  const auto store = open_or_die(":memory:");
  statements.clear();  // The tables' own.
  use_everything(*store);
  EXPECT_GT(statements.size(), 30U);
  const std::set<std::string> seen = statements;
  for (const std::string& sql : seen) {
    for (const std::string& line : plan(sql))
      EXPECT_TRUE(is_allowed(line)) << line << " in\n" << sql;
  }
  // The rig itself: a walk is noticed.
  EXPECT_FALSE(is_allowed(plan("SELECT * FROM events WHERE actor = 'x'").at(0)));
  sqlite3_cancel_auto_extension(entry);
  g_statements = nullptr;
}

}  // namespace
}  // namespace trailwarden::store
