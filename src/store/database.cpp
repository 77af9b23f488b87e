#include "store/database.h"

#include <sqlite3.h>

#include <system_error>
#include <utility>

namespace trailwarden::store {
namespace {

// A visitor's transaction (housekeeping beside a running `watch`) lasts milliseconds.
constexpr int kBusyTimeoutMs = 10'000;

int primary(int code) { return code & 0xff; }

std::string system_words(sqlite3* handle) {
  const int number = handle == nullptr ? 0 : sqlite3_system_errno(handle);
  return number == 0 ? std::string() : ": " + std::generic_category().message(number);
}

// The meaning of `code` and what to do, as far as it is known; else SQLite's own words.
std::string words(int code, sqlite3* handle) {
  switch (primary(code)) {
    case SQLITE_FULL:
      return "the disk is full, nothing was stored";
    case SQLITE_NOTADB:
      return "is no store: not an SQLite database";
    case SQLITE_CORRUPT:
      return "is damaged (" + std::string(sqlite3_errstr(code)) +
             "): `trailwarden store check` says more";
    case SQLITE_BUSY:
      return "is locked by another process";
    case SQLITE_READONLY:
      return "no permission to write to the file or its folder (who reads needs it too, for the "
             "log's index)";
    case SQLITE_CANTOPEN:
      return "cannot be opened" + system_words(handle);
    case SQLITE_IOERR:
      return "cannot be read or written (" + std::string(sqlite3_errstr(code)) + ")" +
             system_words(handle);
    default:
      return handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
  }
}

ErrorCode kind(int code) {
  switch (primary(code)) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return ErrorCode::Decode;
    case SQLITE_FULL:
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
      return ErrorCode::LimitExceeded;
    default:
      return ErrorCode::Io;
  }
}

// SQLite counts no memory, which takes a lock at every allocation, and gets memory for pages when
// it reads them, not for twenty beforehand. False: somebody else's connection is open already.
bool configure() {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK &&
         sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0) == SQLITE_OK;
}

}  // namespace

Query::Query(Query&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      bound_(other.bound_),
      failure_(other.failure_) {}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Result<bool> Query::step() {
  if (failure_ != SQLITE_OK) return tl::unexpected(database_->error(failure_));
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return tl::unexpected(database_->error(code));
}

Result<void> Query::run() {
  while (TW_TRY(step())) {
  }
  return {};
}

void Query::put(std::string_view text) {
  // An empty view may have no data, which SQLite would take for NULL.
  const char* bytes = text.empty() ? "" : text.data();
  const int code =
      sqlite3_bind_text64(statement_, ++bound_, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (failure_ == SQLITE_OK) failure_ = code;
}

void Query::put_integer(std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_, ++bound_, value);
  if (failure_ == SQLITE_OK) failure_ = code;
}

void Query::put_null() {
  const int code = sqlite3_bind_null(statement_, ++bound_);
  if (failure_ == SQLITE_OK) failure_ = code;
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

void Query::get(int column, std::string& text) const {
  // As a blob: the bytes as they were bound, however broken their encoding.
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  text.assign(static_cast<const char*>(bytes == nullptr ? "" : bytes),
              static_cast<std::size_t>(size));
}

void Database::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Access access) {
  static const bool kConfigured = configure();  // Before the first connection.
  static_cast<void>(kConfigured);
  const int mode = access == Access::Read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle,
                                   mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<Database> database(new Database(path, handle));
  if (code != SQLITE_OK) return tl::unexpected(database->error(code));
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  // A file that somebody prepared gets no code of its own to run (views, triggers with functions).
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return database;
}

Database::~Database() {
  statements_.clear();
  sqlite3_close(handle_);
}

Result<Query> Database::prepare(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) {
    return Query(*this, known->second.get());
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(error(code));
  statements_.emplace(sql, statement);
  return Query(*this, statement);
}

Result<void> Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(error(code));
  return {};
}

Result<std::int64_t> Database::number(std::string_view sql) {
  Query query = TW_TRY(prepare(sql));
  std::int64_t value = 0;
  if (TW_TRY(query.step())) query.read(value);
  return value;
}

std::uint64_t Database::changes() const {
  return static_cast<std::uint64_t>(sqlite3_changes64(handle_));
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Error Database::error(int code) const { return {kind(code), words(code, handle_), path_}; }

Result<Transaction> Transaction::begin(Database& database) {
  // IMMEDIATE: the lock comes first, so that no statement within finds it taken.
  Query query = TW_TRY(database.prepare("BEGIN IMMEDIATE"));
  TW_TRY(query.run());
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // SQLite rolls back by itself on some errors (a full disk among them).
  if (database_ == nullptr || !database_->in_transaction()) return;
  auto rollback = database_->prepare("ROLLBACK");
  // What a failed rollback leaves is undone by the next process that opens the file.
  if (rollback) static_cast<void>(rollback->run());
}

Result<void> Transaction::commit() {
  Query query = TW_TRY(database_->prepare("COMMIT"));
  TW_TRY(query.run());
  database_ = nullptr;
  return {};
}

}  // namespace trailwarden::store
