#include "store/schema.h"

#include <array>
#include <string>

namespace trailwarden::store {
namespace {

// Numbers of states and verdicts are those of OutboxState and triage::Verdict.
//
// Events have no foreign key: one may be there before its case, and forgetting takes them away in
// steps. A message's `head` says that it is the first open one of its case and sink, the only one
// that is handed out: asking what is due costs the same however many wait behind it. Its text is
// kept apart, so that an attempt rewrites some hundred bytes. Partial indexes hold open messages
// only: they stay small however many were sent.
constexpr Migration kVersion1 = R"sql(
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  event_id TEXT NOT NULL,
  time INTEGER,
  case_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  verdict INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 2),
  risk INTEGER NOT NULL,
  sighting TEXT NOT NULL,
  record TEXT NOT NULL,
  received INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_event_id ON events (event_id);
CREATE INDEX events_by_case ON events (case_id, time, id);
CREATE INDEX events_by_received ON events (received);

CREATE TABLE cases (
  id TEXT NOT NULL PRIMARY KEY,
  actor TEXT NOT NULL,
  account TEXT NOT NULL,
  first INTEGER,
  last INTEGER,
  local INTEGER NOT NULL CHECK (local BETWEEN 0 AND 2),
  verdict INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 2),
  risk INTEGER NOT NULL,
  events INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  notified INTEGER CHECK (notified BETWEEN 0 AND 2),
  title TEXT NOT NULL,
  document TEXT NOT NULL,
  opinion TEXT NOT NULL,
  updated INTEGER NOT NULL
) STRICT;
CREATE INDEX cases_by_actor ON cases (actor, last, id);
CREATE INDEX cases_by_updated ON cases (updated, id);

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  sink TEXT NOT NULL,
  case_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
  head INTEGER NOT NULL CHECK (head IN (0, 1) AND (head = 0 OR state < 2)),
  attempts INTEGER NOT NULL,
  created INTEGER NOT NULL,
  due INTEGER NOT NULL,
  first_tried INTEGER,
  tried INTEGER,
  sent INTEGER,
  reference TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (sink, due, id) WHERE head = 1;
CREATE INDEX outbox_open ON outbox (case_id, sink, id) WHERE state < 2;
CREATE INDEX outbox_sent ON outbox (case_id, sink, sent, id) WHERE state = 2;
CREATE INDEX outbox_closed ON outbox (state, id) WHERE state > 1;
CREATE INDEX outbox_by_age ON outbox (created) WHERE state > 1;

CREATE TABLE notices (
  message INTEGER PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE,
  notice TEXT NOT NULL
) STRICT;

CREATE TABLE checkpoints (
  source TEXT NOT NULL PRIMARY KEY,
  position TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE spending (
  minute INTEGER NOT NULL,
  model TEXT NOT NULL,
  tokens INTEGER NOT NULL,
  nano_dollars INTEGER NOT NULL,
  PRIMARY KEY (minute, model)
) STRICT, WITHOUT ROWID;

CREATE TABLE answers (
  shape TEXT NOT NULL PRIMARY KEY,
  answer TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX answers_by_age ON answers (at);

CREATE TABLE counters (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// Objects of buckets are read by number: a row is some twenty bytes, and an organisation may have
// hundreds of thousands a day.
constexpr Migration kVersion2 = R"sql(
CREATE TABLE read_objects (
  object INTEGER PRIMARY KEY,
  day INTEGER NOT NULL
) STRICT;
CREATE INDEX read_objects_by_day ON read_objects (day);
)sql";

// Events without findings, by number. What is equal from hour to hour stands once, in `kinds`,
// whose id is a hash of it: an hour's row is some thirty bytes. `received`: the hour, by this
// machine's clock, in which such events came last.
constexpr Migration kVersion3 = R"sql(
CREATE TABLE kinds (
  id INTEGER PRIMARY KEY,
  user TEXT NOT NULL,
  account TEXT NOT NULL,
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  region TEXT NOT NULL,
  error_code TEXT NOT NULL,
  is_service INTEGER NOT NULL CHECK (is_service IN (0, 1)),
  received INTEGER NOT NULL
) STRICT;
CREATE INDEX kinds_by_received ON kinds (received);

CREATE TABLE activity (
  hour INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  events INTEGER NOT NULL,
  received INTEGER NOT NULL,
  PRIMARY KEY (hour, kind)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array kMigrations{kVersion1, kVersion2, kVersion3};

std::string versions(int found, std::size_t known) {
  return "its tables are version " + std::to_string(found) + ", this program's are " +
         std::to_string(known);
}

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

Result<int> schema_version(Database& database) {
  const std::int64_t application = TW_TRY(database.number("PRAGMA application_id"));
  const std::int64_t tables = TW_TRY(database.number("SELECT count(*) FROM sqlite_schema"));
  if (application != kApplicationId && (application != 0 || tables != 0)) {
    return fail(ErrorCode::Unsupported, "is no store: an SQLite database of another program",
                database.path());
  }
  return static_cast<int>(TW_TRY(database.number("PRAGMA user_version")));
}

Result<void> check_version(Database& database, std::span<const Migration> steps) {
  const int found = TW_TRY(schema_version(database));
  if (found == 0) return fail(ErrorCode::Unsupported, "is empty, not yet a store", database.path());
  if (found == static_cast<int>(steps.size())) return {};
  const bool newer = found > static_cast<int>(steps.size());
  return fail(ErrorCode::Unsupported,
              (newer ? "was made by a newer trailwarden: "
                     : "was made by an older trailwarden, and "
                       "is brought up to date by `watch`: ") +
                  versions(found, steps.size()),
              database.path());
}

Result<void> migrate(Database& database, std::span<const Migration> steps) {
  const int found = TW_TRY(schema_version(database));
  if (found < 0 || found > static_cast<int>(steps.size())) return check_version(database, steps);
  for (std::size_t next = static_cast<std::size_t>(found); next < steps.size(); ++next) {
    Transaction transaction = TW_TRY(Transaction::begin(database));
    TW_TRY(database.execute("PRAGMA application_id = " + std::to_string(kApplicationId)));
    TW_TRY(database.execute(steps[next]));
    TW_TRY(database.execute("PRAGMA user_version = " + std::to_string(next + 1)));
    TW_TRY(transaction.commit());
  }
  return {};
}

}  // namespace trailwarden::store
