#include "store/store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "store/connections.h"
#include "store/empty_store.h"
#include "store/outbox.h"
#include "store/schema.h"

namespace trailwarden::store {
namespace {

constexpr std::string_view kMemory = ":memory:";
constexpr int kOwnerOnly = 0600;
constexpr std::int64_t kCompactPages = 1000;  // Given back in one transaction.

// FULL: the log is on the disk before COMMIT answers. Secure: what is forgotten is overwritten.
constexpr const char* kEveryConnection = R"sql(
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA cache_size = -8000;
  PRAGMA secure_delete = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA cell_size_check = ON;
  PRAGMA journal_size_limit = 67108864;
)sql";

// One spelling for a file, whatever the way to it: the lock goes by name. Absolute, so that SQLite
// does not take "file:…" for a URI.
Result<std::string> canonical(const std::string& path) {
  if (path.empty()) return fail(ErrorCode::Usage, "a store needs a path");
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::absolute(path, error);
  if (error) return fail(ErrorCode::Io, "cannot be found: " + error.message(), path);
  std::filesystem::path result = std::filesystem::weakly_canonical(whole, error);
  if (error) return fail(ErrorCode::Io, "cannot be found: " + error.message(), path);
  return std::move(result).string();
}

// Made by us, for SQLite would leave its mode to the umask. Never opened when it is there: closing
// it would let go of the locks that SQLite has on it (POSIX: all of a process's, whoever took
// them).
Result<void> make_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (file >= 0) {
    ::close(file);
  } else if (errno != EEXIST) {
    return fail(ErrorCode::Io, "cannot be made: " + std::generic_category().message(errno), path);
  }
  return {};
}

Result<void> use_write_ahead_log(Database& database) {
  TW_TRY(database.execute("PRAGMA auto_vacuum = INCREMENTAL"));  // Counts for an empty file only.
  Query query = TW_TRY(database.prepare("PRAGMA journal_mode = WAL"));
  std::string mode;
  if (TW_TRY(query.step())) query.read(mode);
  if (mode == "wal" || mode == "memory") return {};
  return fail(ErrorCode::Unsupported,
              "its file system cannot share a write-ahead log: put the store on a local disk",
              database.path());
}

}  // namespace

Store::Store(std::unique_ptr<Connections> connections) : connections_(std::move(connections)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& path, StoreOptions options) {
  if (path.starts_with(kSharedPrefix)) {
    return fail(ErrorCode::Usage, "is a shared store, which is for `lambda` alone", path);
  }
  auto all = std::make_unique<Connections>();
  if (path == kMemory) {
    TW_TRY(all->open_in_memory());
  } else {
    all->path = TW_TRY(canonical(path));
    if (options.read_only) {
      TW_TRY(all->open_reader());
    } else if (options.visiting) {
      TW_TRY(all->visit());
    } else {
      TW_TRY(all->own());
    }
  }
  return std::unique_ptr<Store>(new Store(std::move(all)));
}

Result<void> Store::Connections::open_in_memory() {
  path = kMemory;
  writer = TW_TRY(Database::open(path, Database::Access::Write));
  TW_TRY(writer->execute(kEveryConnection));
  TW_TRY(copy_empty_store(*writer));
  return check_version(*writer, migrations());
}

Result<void> Store::Connections::open_reader() {
  reader = TW_TRY(Database::open(path, Database::Access::Read));
  TW_TRY(reader->execute(kEveryConnection));
  return check_version(*reader, migrations());
}

Result<void> Store::Connections::visit() {
  writer = TW_TRY(Database::open(path, Database::Access::Write));
  TW_TRY(writer->execute(kEveryConnection));
  TW_TRY(check_version(*writer, migrations()));
  return open_reader();
}

Result<void> Store::Connections::own() {
  TW_TRY(make_file(path));
  writer = TW_TRY(Database::open(path, Database::Access::Write));
  // Before anything is written: the file may be somebody else's.
  TW_TRY(schema_version(*writer));
  lock.emplace(TW_TRY(WriterLock::take(path)));
  TW_TRY(use_write_ahead_log(*writer));
  TW_TRY(writer->execute(kEveryConnection));
  TW_TRY(migrate(*writer, migrations()));
  TW_TRY(doubt_begun_attempts(*writer));
  return open_reader();
}

Result<void> Store::write(const std::function<Result<void>(Writer&)>& work) {
  Connections& all = *connections_;
  if (!all.writer) return fail(ErrorCode::Usage, "is open for reading only", all.path);
  if (all.is_within_work()) {
    return fail(ErrorCode::Usage, "a transaction within a transaction", all.path);
  }
  return all.groups.carry_out({.work = work, .outcome = {}, .thrown = {}},
                              [&](WriteGroups::Group group) { all.carry_out(group); });
}

// All of them in one transaction, which comes to nothing for all when it cannot be committed. One
// by itself needs no savepoint.
void Store::Connections::carry_out(WriteGroups::Group group) {
  const std::lock_guard alone(writing);
  const auto committed = [&]() -> Result<void> {
    Transaction transaction = TW_TRY(Transaction::begin(*writer));
    const Work mark(in_work);
    Writer to(*writer);
    if (group.size() == 1) {
      TW_TRY(group.front()->work(to));
    } else {
      for (PendingWrite* write : group) TW_TRY(run_apart(*write, to));
    }
    return transaction.commit();
  }();
  if (committed) return;
  for (PendingWrite* write : group) write->outcome = committed;
}

// What fails is undone by itself.
Result<void> Store::Connections::run_apart(PendingWrite& write, Writer& to) {
  Query begin = TW_TRY(writer->prepare("SAVEPOINT work"));
  TW_TRY(begin.run());
  try {
    write.outcome = write.work(to);
  } catch (...) {
    write.thrown = std::current_exception();
    write.outcome = fail(ErrorCode::Io, "an exception", path);
  }
  if (!writer->in_transaction()) {  // SQLite gave it up: the disk is full, or fails.
    return write.outcome ? fail(ErrorCode::Io, "nothing was stored", path) : write.outcome;
  }
  if (!write.outcome) TW_TRY(writer->execute("ROLLBACK TO work"));
  Query end = TW_TRY(writer->prepare("RELEASE work"));
  return end.run();
}

Result<void> Store::transact(const std::function<Result<void>(LiveWriter&)>& work) {
  return write([&work](Writer& to) { return work(to); });
}

Result<std::vector<std::string>> Store::faults() const {
  constexpr std::string_view kSound = "ok";
  const Reading reading(*this);
  Query query = TW_TRY(reading.database().prepare("PRAGMA integrity_check(100)"));
  std::vector<std::string> faults;
  for (;;) {
    const Result<bool> row = query.step();
    if (!row && row.error().code != ErrorCode::Decode) return tl::unexpected(row.error());
    if (!row) faults.push_back(row.error().message);  // Too damaged to go on checking.
    if (!row || !*row) break;
    query.read(faults.emplace_back());
  }
  std::erase(faults, kSound);
  return faults;
}

Result<void> Store::compact() {
  Connections& all = *connections_;
  if (!all.writer) return fail(ErrorCode::Usage, "is open for reading only", all.path);
  const std::string slice = "PRAGMA incremental_vacuum(" + std::to_string(kCompactPages) + ")";
  for (std::int64_t free = 1; free > 0;) {
    const std::lock_guard lock(all.writing);
    TW_TRY(all.writer->execute(slice));
    free = TW_TRY(all.writer->number("PRAGMA freelist_count"));
  }
  const std::lock_guard lock(all.writing);
  return all.writer->execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace trailwarden::store
