// A disk that fails: at its first write, its second, … until a transaction goes through. Nothing is
// half-written, the store goes on when the disk does, and the error is one clear line.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <thread>

#include "../folder.h"
#include "rows.h"

namespace trailwarden::store {
namespace {

// SQLite's own file system, whose writes and syncs fail when they are told to.
class FailingDisk {
 public:
  FailingDisk() {
    base() = sqlite3_vfs_find(nullptr);
    vfs_ = *base();
    vfs_.zName = "failing";
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~FailingDisk() {
    heal();
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(base(), 1);
  }
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  // From the call of this number on, `calls` of them answer `code`.
  static void fail(int number, int calls, int code) { state() = {number, calls, code}; }
  // Whether all failures that were ordered have happened.
  static bool has_failed() { return state().next <= 0; }
  static void heal() { state() = {}; }

 private:
  struct State {
    int next = 1'000'000'000;
    int calls = 0;
    int code = SQLITE_OK;
  };
  static State& state() {
    static State state;
    return state;
  }
  static sqlite3_vfs*& base() {
    static sqlite3_vfs* base = nullptr;
    return base;
  }
  static const sqlite3_io_methods*& original() {
    static const sqlite3_io_methods* methods = nullptr;
    return methods;
  }
  static bool fails_now() {
    State& now = state();
    --now.next;
    return now.next <= 0 && now.next > -now.calls;
  }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* given) {
    const int code = base()->xOpen(base(), name, file, flags, given);
    if (code != SQLITE_OK || file->pMethods == nullptr) return code;
    // The database and its log have tables of their own, which share these two functions.
    static std::map<const sqlite3_io_methods*, sqlite3_io_methods> patched;
    original() = file->pMethods;
    sqlite3_io_methods& methods =
        patched.try_emplace(file->pMethods, *file->pMethods).first->second;
    methods.xWrite = write;
    methods.xSync = sync;
    file->pMethods = &methods;
    return code;
  }
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    if (fails_now()) return state().code;
    return original()->xWrite(file, bytes, size, offset);
  }
  // Waits for no disk: power does not fail here, and hundreds of real syncs would take a minute.
  static int sync(sqlite3_file*, int) {
    if (!fails_now()) return SQLITE_OK;
    return state().code == SQLITE_FULL ? SQLITE_FULL : SQLITE_IOERR_FSYNC;
  }

  sqlite3_vfs vfs_{};
};

constexpr int kEvents = 40;  // Some pages.

// A transaction of a few pages: events, a case, a message, a count.
Result<void> write_batch(Store& store, const std::string& name) {
  return store.write([&](Writer& to) -> Result<void> {
    for (int i = 0; i < kEvents; ++i) {
      EventRow row = event_row(name + std::to_string(i));
      row.event_id = name;
      row.record.assign(500, 'r');
      TW_TRY(to.add_event(row));
    }
    TW_TRY(to.put_case(case_row(name)));
    TW_TRY(to.enqueue(message_row(name)));
    return to.count(name, 1);
  });
}

// All of the batch or none of it.
void expect_batch(const Store& store, const std::string& name, bool there) {
  EXPECT_EQ(value(store.events_by_id(name)).size(), there ? std::size_t{kEvents} : 0U) << name;
  EXPECT_EQ(value(store.find_case(name)).has_value(), there) << name;
  EXPECT_EQ(value(store.counter(name)), there ? 1U : 0U) << name;
}

void expect_one_line(const Error& error) {
  EXPECT_EQ(to_string(error).find('\n'), std::string::npos) << to_string(error);
  EXPECT_NE(error.where, "") << error.message;
}

void fail_each_call(int code, const std::string& words) {
  int failed = 0;
  for (int call = 1;; ++call) {
    const Folder folder;
    const FailingDisk disk;
    const std::string path = folder.file("a.db");
    bool happened = false;
    {
      const auto store = open_or_die(path);
      succeed(write_batch(*store, "before"));
      FailingDisk::fail(call, 1, code);
      const auto done = write_batch(*store, "during");
      happened = FailingDisk::has_failed();
      FailingDisk::heal();
      if (!done) {
        ++failed;
        EXPECT_NE(done.error().message.find(words), std::string::npos) << done.error().message;
        expect_one_line(done.error());
      }
      expect_batch(*store, "during", done.has_value());
      succeed(write_batch(*store, "after"));
      expect_batch(*store, "during", done.has_value());
    }
    const auto store = open_or_die(path);
    expect_batch(*store, "before", true);
    expect_batch(*store, "after", true);
    EXPECT_TRUE(value(store->faults()).empty());
    if (!happened) break;
  }
  EXPECT_GT(failed, 10);
}

TEST(Disk, FullAtEachCall) { fail_each_call(SQLITE_FULL, "the disk is full"); }
TEST(Disk, FailsAtEachCall) { fail_each_call(SQLITE_IOERR_WRITE, "cannot be read or written"); }

TEST(Disk, FailsForGoodAndIsReplaced) {
  for (int call = 1; call < 40; ++call) {
    const Folder folder;
    const FailingDisk disk;
    const std::string path = folder.file("a.db");
    bool committed = false;
    {
      const auto store = open_or_die(path);
      succeed(write_batch(*store, "before"));
      FailingDisk::fail(call, 1'000'000, SQLITE_IOERR_WRITE);
      committed = write_batch(*store, "during").has_value();
    }
    FailingDisk::heal();
    const auto store = open_or_die(path);
    expect_batch(*store, "before", true);
    // A commit whose last sync failed may be found done: the whole of it, as ever.
    const bool there = value(store->find_case("during")).has_value();
    EXPECT_TRUE(there || !committed);
    expect_batch(*store, "during", there);
    EXPECT_TRUE(value(store->faults()).empty());
  }
}

// Writes that wait for the same sync hear of its failure, all of them, and of no other's.
TEST(Disk, FailsNowAndThenUnderManyWriters) {
  constexpr int kWriters = 4, kBatches = 60;
  const Folder folder;
  const FailingDisk disk;
  const auto store = open_or_die(folder.file("a.db"));
  const auto name = [](int writer, int batch) {
    return std::to_string(writer) + "/" + std::to_string(batch) + "/";
  };
  std::array<std::array<bool, kBatches>, kWriters> is_stored{};
  const auto write_all = [&](int writer) {
    for (int batch = 0; batch < kBatches; ++batch) {
      const auto done = store->write([&](Writer& to) -> Result<void> {
        EventRow row = event_row(name(writer, batch));
        row.event_id = name(writer, batch);
        row.record.assign(5'000, 'r');
        TW_TRY(to.add_event(row));
        // Set by whoever writes: no other thread looks at it now.
        if (batch % 3 == 0) FailingDisk::fail(1 + batch % 7, 1, SQLITE_IOERR_WRITE);
        return {};
      });
      is_stored.at(static_cast<std::size_t>(writer)).at(static_cast<std::size_t>(batch)) =
          done.has_value();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < kWriters; ++writer) threads.emplace_back(write_all, writer);
  }
  FailingDisk::heal();
  int stored = 0;
  for (int writer = 0; writer < kWriters; ++writer) {
    for (int batch = 0; batch < kBatches; ++batch) {
      const bool is_there = !value(store->events_by_id(name(writer, batch))).empty();
      const auto& of_writer = is_stored.at(static_cast<std::size_t>(writer));
      EXPECT_EQ(is_there, of_writer.at(static_cast<std::size_t>(batch))) << name(writer, batch);
      stored += is_there ? 1 : 0;
    }
  }
  EXPECT_GT(stored, 0);
  EXPECT_LT(stored, kWriters * kBatches);
  EXPECT_TRUE(value(store->faults()).empty());
}

TEST(Disk, FailsWhileAStoreIsMade) {
  int refused = 0;
  for (int call = 1;; ++call) {
    const Folder folder;
    const FailingDisk disk;
    const std::string path = folder.file("a.db");
    FailingDisk::fail(call, 1, SQLITE_FULL);
    const bool opened = [&] {
      const auto store = Store::open(path);
      if (!store) expect_one_line(store.error());
      return store.has_value();
    }();
    const bool happened = FailingDisk::has_failed();
    FailingDisk::heal();
    refused += opened ? 0 : 1;
    succeed(write_batch(*open_or_die(path), "after"));
    if (!happened) break;
  }
  EXPECT_GT(refused, 3);
}

TEST(Disk, FailsWhileForgettingAndCompacting) {
  for (int call = 1; call < 60; call += 3) {
    const Folder folder;
    const FailingDisk disk;
    const auto store = open_or_die(folder.file("a.db"));
    succeed(write_batch(*store, "old"));
    const std::int64_t id = value(store->messages(OutboxState::Pending, 1)).at(0).id;
    write_or_die(*store, [&](Writer& to) { succeed(to.bury(id, "no")); });
    FailingDisk::fail(call, 1, SQLITE_FULL);
    static_cast<void>(store->forget(1'000'000).has_value());
    static_cast<void>(store->compact().has_value());
    FailingDisk::heal();
    EXPECT_TRUE(value(store->faults()).empty());
    value(store->forget(1'000'000));
    succeed(store->compact());
    expect_batch(*store, "new", false);
    EXPECT_TRUE(value(store->events_by_id("old")).empty());
  }
}

// Any byte of the file may be another one: what is asked answers or refuses, and nothing crashes.
TEST(Damage, AnywhereInTheFile) {
  const Folder folder;
  const FailingDisk disk;  // That does not fail.
  const std::string sound = folder.file("sound.db");
  {
    const auto store = open_or_die(sound);
    for (int i = 0; i < 20; ++i) succeed(write_batch(*store, "b" + std::to_string(i)));
  }
  std::mt19937 random(7);
  const auto size = static_cast<int>(std::filesystem::file_size(sound));
  int refused = 0;
  int found = 0;
  for (int round = 0; round < 150; ++round) {
    const std::string path = folder.file("damaged.db");
    for (const char* end : {"-wal", "-shm"}) std::filesystem::remove(path + end);
    std::filesystem::copy_file(sound, path, std::filesystem::copy_options::overwrite_existing);
    {
      std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
      // Every third round into the first page, which says what all others are.
      const int limit = round % 3 == 0 ? 4'096 : size;
      for (int i = 0; i < 40; ++i) {
        file.seekp(std::uniform_int_distribution(0, limit - 1)(random));
        file.put(static_cast<char>(random()));
      }
    }
    const auto store = Store::open(path);
    if (!store) {
      expect_one_line(store.error());
      ++refused;
      continue;
    }
    const auto faults = (*store)->faults();
    found += !faults || !faults->empty() ? 1 : 0;
    static_cast<void>((*store)->latest_cases(99).has_value());
    static_cast<void>((*store)->events_of_case("c-1", 999).has_value());
    static_cast<void>((*store)->next_due("slack:C1").has_value());
    static_cast<void>((*store)->statistics().has_value());
    static_cast<void>((*store)->forget(1'000'000).has_value());
    static_cast<void>(write_batch(**store, "new").has_value());
  }
  EXPECT_GT(refused, 0);
  EXPECT_GT(found, 50);
}

TEST(Damage, IsSaidInOneLineWithWhatToDo) {
  const Folder folder;
  const std::string path = folder.file("a.db");
  {
    // So many that nothing but rows is in the file's second half.
    const auto store = open_or_die(path);
    for (int i = 0; i < 40; ++i) succeed(write_batch(*store, "a" + std::to_string(i)));
  }
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(path));
  {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(size / 2);
    file << std::string(static_cast<std::size_t>(size - size / 2), 'x');
  }
  const auto store = open_or_die(path, {.read_only = true});
  const auto events = store->events_of_case("c-1", 9'999);
  ASSERT_FALSE(events);
  EXPECT_EQ(events.error().message,
            "is damaged (database disk image is malformed): `trailwarden store check` says more");
  EXPECT_FALSE(value(store->faults()).empty());
}

// What `work` says as a user without rights; tests may run as root, who has all.
std::string as_nobody(const std::function<std::string()>& work) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65'534;
    const bool ready = ::getuid() != 0 || ::setresuid(kNobody, kNobody, kNobody) == 0;
    const std::string said = ready ? work() : "cannot become nobody";
    const ssize_t written = ::write(ends[1], said.data(), said.size());
    ::_exit(written == static_cast<ssize_t>(said.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string said(1'000, '\0');
  const ssize_t size = ::read(ends[0], said.data(), said.size());
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  said.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return said;
}

TEST(Rights, WhatIsMissingIsSaid) {
  using std::filesystem::perms;
  const Folder folder;
  const std::string path = folder.file("a.db");
  { succeed(write_batch(*open_or_die(path), "a")); }
  const auto said = [&](StoreOptions options) {
    return as_nobody([&] {
      const auto store = Store::open(path, options);
      return store ? std::string("opened") : store.error().message;
    });
  };
  constexpr perms kAllRead = perms::owner_all | perms::group_read | perms::others_read;
  std::filesystem::permissions(
      folder.path(), kAllRead | perms::others_exec | perms::group_exec | perms::owner_exec);
  std::filesystem::permissions(folder.path(), perms::owner_write,
                               std::filesystem::perm_options::remove);
  std::filesystem::permissions(path, perms::owner_read | perms::owner_write);
  if (::getuid() == 0) {
    EXPECT_EQ(said({.read_only = true}), "cannot be opened: Permission denied");
    EXPECT_EQ(said({}), "cannot be opened: Permission denied");
  }
  std::filesystem::permissions(path, kAllRead);
  // No log beside it, and no right to make one.
  const std::string folder_words =
      "no permission to write to the file or its folder (who reads needs it too, for the log's "
      "index)";
  EXPECT_EQ(said({.read_only = true}), folder_words);
  EXPECT_EQ(said({}), folder_words);
}

}  // namespace
}  // namespace trailwarden::store
