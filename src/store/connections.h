// The connections behind a Store, and which of them a read uses.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "store/database.h"
#include "store/store.h"
#include "store/write_groups.h"
#include "store/writer_lock.h"

namespace trailwarden::store {

// Two connections, so that reads do not wait while a commit waits for the disk.
struct Store::Connections {
  std::string path;
  std::optional<WriterLock> lock;          // None: read-only, visiting, or in memory.
  WriteGroups groups;                      // Whose turn it is to write.
  std::mutex writing;                      // Guards `writer` …
  std::mutex reading;                      // … and `reader`.
  std::unique_ptr<Database> writer;        // None: read-only.
  std::unique_ptr<Database> reader;        // None: in memory, where `writer` does both.
  std::atomic<std::thread::id> in_work{};  // Who is within Store::write.

  bool is_within_work() const { return in_work.load() == std::this_thread::get_id(); }

  // Says who is within work, for as long as it lives.
  class Work {
   public:
    explicit Work(std::atomic<std::thread::id>& who) : who_(who) {
      who_ = std::this_thread::get_id();
    }
    ~Work() { who_ = std::thread::id(); }
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

   private:
    std::atomic<std::thread::id>& who_;
  };

  void carry_out(WriteGroups::Group group);
  Result<void> run_apart(PendingWrite& write, Writer& to);

  // The ways to open a store. `path` is set for all but the first.
  Result<void> open_in_memory();
  Result<void> open_reader();
  Result<void> visit();
  Result<void> own();
};

// Lends the connection for one read: the writer's to who is within a transaction.
class Store::Reading {
 public:
  explicit Reading(const Store& store) {
    Connections& all = *store.connections_;
    if (all.is_within_work()) {
      database_ = all.writer.get();
    } else if (all.reader) {
      lock_ = std::unique_lock(all.reading);
      database_ = all.reader.get();
    } else {
      lock_ = std::unique_lock(all.writing);
      database_ = all.writer.get();
    }
  }
  Database& database() const { return *database_; }

 private:
  std::unique_lock<std::mutex> lock_;
  Database* database_;
};

}  // namespace trailwarden::store
