// SQLite as values: a connection that keeps its prepared statements, and one run of a statement.
// Errors are one line with SQLite's own words and the file they are about. One thread at a time.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace trailwarden::store {

class Database;

template <class T>
concept Number = std::integral<T> || std::is_enum_v<T>;

// One run of a prepared statement. The statement is ready for its next run when this goes; a
// statement cannot run twice at the same time.
class Query {
 public:
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;
  ~Query();

  // The values of ?1, ?2, … in order. Texts are bound by length: any bytes, NUL included.
  template <class... Values>
  Query& bind(const Values&... values) {
    (put(values), ...);
    return *this;
  }
  // True: a row is there to be read.
  Result<bool> step();
  // For statements without rows.
  Result<void> run();
  // The row's columns in order. A number outside of its variable's range becomes the nearest.
  template <class... Values>
  void read(Values&... values) const {
    int column = 0;
    (get(column++, values), ...);
  }

 private:
  friend class Database;
  Query(Database& database, sqlite3_stmt* statement)
      : database_(&database), statement_(statement) {}

  void put(std::string_view text);
  void put_integer(std::int64_t value);
  void put_null();
  template <Number T>
  void put(T value) {
    put_integer(static_cast<std::int64_t>(value));
  }
  template <class T>
  void put(const std::optional<T>& value) {
    value ? put(*value) : put_null();
  }

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  void get(int column, std::string& text) const;
  template <std::integral T>
  void get(int column, T& value) const {
    const std::int64_t stored = integer(column);
    if constexpr (sizeof(T) == sizeof stored) {
      value = static_cast<T>(stored);  // Unsigned ones were stored bit by bit.
    } else {
      constexpr std::int64_t kLow = std::numeric_limits<T>::min();
      constexpr std::int64_t kHigh = std::numeric_limits<T>::max();
      value = static_cast<T>(std::clamp(stored, kLow, kHigh));
    }
  }
  template <class T>
  void get(int column, std::optional<T>& value) const {
    value.reset();
    if (!is_null(column)) get(column, value.emplace());
  }

  Database* database_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
  int failure_ = 0;  // Of the first value that could not be bound.
};

class Database {
 public:
  enum class Access : std::uint8_t { Read, Write };

  // `path` as SQLite takes it. Does not make a file.
  static Result<std::unique_ptr<Database>> open(const std::string& path, Access access);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // `sql` outlives the connection: a literal. Compiled once.
  Result<Query> prepare(std::string_view sql);
  // Runs statements whose rows nobody wants, one after the other.
  Result<void> execute(const std::string& sql);
  // The first column of the first row.
  Result<std::int64_t> number(std::string_view sql);

  // Rows that the last statement inserted, updated or deleted.
  std::uint64_t changes() const;
  bool in_transaction() const;
  // What `code`, which SQLite answered, means for the person who owns the file.
  Error error(int code) const;
  const std::string& path() const { return path_; }
  sqlite3* handle() { return handle_; }

 private:
  Database(std::string path, sqlite3* handle) : path_(std::move(path)), handle_(handle) {}

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::string path_;
  sqlite3* handle_;
  std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

// All or nothing: rolled back when it goes without commit().
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;  // None once it is over.
};

}  // namespace trailwarden::store
