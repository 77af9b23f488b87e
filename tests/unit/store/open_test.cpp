// Opening: who may, what is refused and in which words, and what is left as it was.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fstream>
#include <sstream>

#include "../folder.h"
#include "rows.h"
#include "store/schema.h"

namespace trailwarden::store {
namespace {

std::string refusal(const std::string& path, StoreOptions options = {}) {
  const auto store = Store::open(path, options);
  return store ? "opened" : to_string(store.error());
}

void spoil(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string bytes_of(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

// What another program, or another version of this one, does to a file.
void run_sql(const std::string& path, const char* sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

TEST(Open, MakesAFileForItsOwnerOnly) {
  const Folder folder;
  const mode_t mask = ::umask(0);
  const auto store = open_or_die(folder.file("a.db"));
  ::umask(mask);
  for (const char* name : {"a.db", "a.db-wal", "a.db-shm", "a.db-lock"}) {
    struct stat status = {};
    ASSERT_EQ(::stat(folder.file(name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << name;
  }
}

TEST(Open, KeepsWhatWasWritten) {
  const Folder folder;
  write_or_die(*open_or_die(folder.file("a.db")), [](Writer& to) { succeed(to.count("n", 3)); });
  EXPECT_EQ(value(open_or_die(folder.file("a.db"))->counter("n")), 3U);
}

TEST(Open, OneWriterAtATime) {
  const Folder folder;
  const std::string path = folder.file("a.db");
  std::filesystem::create_symlink(path, folder.file("link.db"));
  {
    const auto store = open_or_die(path);
    const std::string expected = std::filesystem::canonical(path).string() +
                                 ": another process (process " + std::to_string(::getpid()) +
                                 ") writes to this store";
    EXPECT_EQ(refusal(path), expected);
    EXPECT_EQ(refusal(folder.file("link.db")), expected);
  }
  EXPECT_EQ(refusal(path), "opened") << "the lock goes with its store, its file stays";
}

TEST(Open, AKilledWriterLeavesNoLock) {
  const Folder folder;
  const std::string path = folder.file("a.db");
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = Store::open(path);
    const char word = store ? '1' : '0';
    const ssize_t written = ::write(ready[1], &word, 1);
    for (;;) ::pause();
    static_cast<void>(written);
  }
  char word = 0;
  ASSERT_EQ(::read(ready[0], &word, 1), 1);
  EXPECT_EQ(word, '1');
  EXPECT_NE(refusal(path), "opened");
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(refusal(path), "opened");
}

TEST(Open, ReadersBesideAWriter) {
  const Folder folder;
  const std::string path = folder.file("a.db");
  const auto store = open_or_die(path);
  const auto reader = open_or_die(path, {.read_only = true});
  write_or_die(*store, [&](Writer& to) {
    succeed(to.count("n", 1));
    EXPECT_EQ(value(reader->counter("n")), 0U) << "not committed, and not waited for";
    EXPECT_EQ(value(store->counter("n")), 1U) << "from within the transaction";
  });
  EXPECT_EQ(value(reader->counter("n")), 1U);
  const auto done = reader->write([](Writer& to) { return to.count("n", 1); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "is open for reading only");
}

TEST(Open, ASharedStoreIsNoFile) {
  EXPECT_EQ(refusal("dynamodb:table"),
            "dynamodb:table: is a shared store, which is for `lambda` alone");
}

TEST(Open, AVisitorWritesBesideTheOwner) {
  const Folder folder;
  const std::string path = folder.file("a.db");
  EXPECT_EQ(refusal(path, {.visiting = true}).substr(path.size()),
            ": cannot be opened: No such file or directory");
  const auto owner = open_or_die(path);
  write_or_die(*owner, [](Writer& to) {
    EXPECT_TRUE(value(to.enqueue(message_row("1"))));
    EXPECT_EQ(value(to.claim("slack:C1", 1'000, 9)).size(), 1U);
  });
  const auto visitor = open_or_die(path, {.visiting = true});
  write_or_die(*visitor, [](Writer& to) { succeed(to.count("n", 1)); });
  EXPECT_EQ(value(owner->counter("n")), 1U);
  EXPECT_TRUE(due_messages(*visitor, "slack:C1", 2'000, 9).empty())
      << "what the owner is sending is not in doubt";
}

TEST(Open, BegunAttemptsAreInDoubtSoon) {
  const Folder folder;
  const std::string path = folder.file("a.db");
  write_or_die(*open_or_die(path), [](Writer& to) {
    OutboxRow later = message_row("2");
    later.case_id = "c-2";
    EXPECT_TRUE(value(to.enqueue(message_row("1"))));
    EXPECT_TRUE(value(to.enqueue(later)));
    EXPECT_EQ(value(to.claim("slack:C1", 1'000, 9)).size(), 2U);
    succeed(to.leave_in_doubt(2, "no answer", 50'000));
  });
  const auto store = open_or_die(path);
  EXPECT_TRUE(due_messages(*store, "slack:C1", 5'999, 9).empty()) << "it may be on its way";
  const auto due = due_messages(*store, "slack:C1", 6'000, 9);
  ASSERT_EQ(due.size(), 1U) << "the other one is looked up when its time has come";
  EXPECT_EQ(due[0].key, "1");
  EXPECT_EQ(due[0].state, OutboxState::Sending);
}

TEST(Open, RefusesWhatIsNoStoreAndLeavesItAlone) {
  const Folder folder;
  const std::string path = folder.file("x.db");
  const auto refused = [&](const std::string& words, StoreOptions options = {}) {
    const std::string before = bytes_of(path);
    EXPECT_EQ(refusal(path, options), path + ": " + words);
    EXPECT_EQ(bytes_of(path), before);
  };
  spoil(path, std::string(5'000, 'x'));
  refused("is no store: not an SQLite database");
  refused("is no store: not an SQLite database", {.read_only = true});

  std::filesystem::remove(path);
  run_sql(path, "CREATE TABLE bookmarks (url TEXT)");
  refused("is no store: an SQLite database of another program");
  refused("is no store: an SQLite database of another program", {.read_only = true});
  refused("is no store: an SQLite database of another program", {.visiting = true});

  std::filesystem::remove(path);
  spoil(path, "");
  refused("is empty, not yet a store", {.read_only = true});
  EXPECT_EQ(refusal(path), "opened") << "an empty file becomes one";
}

TEST(Open, RefusesANewerVersion) {
  const Folder folder;
  const std::string path = folder.file("a.db");
  open_or_die(path);
  run_sql(path, "PRAGMA user_version = 1000");
  const std::string words =
      path + ": was made by a newer trailwarden: its tables are version 1000, this program's are " +
      std::to_string(migrations().size());
  EXPECT_EQ(refusal(path), words);
  EXPECT_EQ(refusal(path, {.read_only = true}), words);
  EXPECT_EQ(refusal(path, {.visiting = true}), words);
}

TEST(Open, SaysWhatTheSystemSays) {
  const Folder folder;
  EXPECT_EQ(refusal(folder.file("none/a.db")),
            folder.file("none/a.db") + ": cannot be made: No such file or directory");
  EXPECT_EQ(refusal(folder.file("a.db"), {.read_only = true}),
            folder.file("a.db") + ": cannot be opened: No such file or directory");
  EXPECT_EQ(refusal(folder.path()), folder.path() + ": cannot be opened: Is a directory");
  EXPECT_EQ(refusal(""), "a store needs a path");
}

TEST(Open, APathIsNoAddress) {
  const Folder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  open_or_die("file:a.db?mode=memory");
  std::filesystem::current_path(before);
  EXPECT_TRUE(std::filesystem::exists(folder.file("file:a.db?mode=memory")));
}

TEST(Migrate, StepByStepAndNotTwice) {
  const Folder folder;
  const std::string path = folder.file("a.db");
  spoil(path, "");
  auto database = value(Database::open(path, Database::Access::Write));
  const std::vector<Migration> two{"CREATE TABLE a (x)",
                                   "CREATE TABLE b (x); INSERT INTO b VALUES (7)"};
  succeed(migrate(*database, std::span(two).first(1)));
  EXPECT_EQ(value(schema_version(*database)), 1);
  succeed(migrate(*database, two));
  succeed(migrate(*database, two));
  EXPECT_EQ(value(schema_version(*database)), 2);
  EXPECT_EQ(value(database->number("SELECT count(*) FROM b")), 1);
  EXPECT_FALSE(migrate(*database, std::span(two).first(1)));
}

TEST(Migrate, AStoreOfTheFirstVersionKeepsWhatItHolds) {
  const Folder folder;
  const std::string path = folder.file("a.db");
  write_or_die(*open_or_die(path), [](Writer& to) {
    EXPECT_TRUE(value(to.add_event(event_row("1"))));
    EXPECT_TRUE(value(to.enqueue(message_row("1"))));
  });
  run_sql(
      path,
      "DROP TABLE read_objects; DROP TABLE kinds; DROP TABLE activity; PRAGMA user_version = 1");
  EXPECT_NE(refusal(path, {.read_only = true}).find("brought up to date by `watch`"),
            std::string::npos);
  const auto store = open_or_die(path);
  EXPECT_EQ(value(store->events_by_id("e-1")).size(), 1U);
  EXPECT_EQ(value(store->messages(OutboxState::Pending, 9)).size(), 1U);
  write_or_die(*store, [](Writer& to) {
    succeed(to.add_read_object({.object = 7, .day = 1}));
    succeed(to.add_activity({{{.hour = 0, .name = "X"}, 1}}, 0));
  });
  EXPECT_EQ(value(store->read_objects()).size(), 1U);
  EXPECT_EQ(value(store->activity({}, {})).size(), 1U);
}

TEST(Migrate, AStepThatFailsHasNotHappened) {
  const Folder folder;
  const std::string path = folder.file("a.db");
  spoil(path, "");
  auto database = value(Database::open(path, Database::Access::Write));
  const std::vector<Migration> bad{"CREATE TABLE a (x)",
                                   "CREATE TABLE b (x); INSERT INTO c VALUES (7)"};
  const auto done = migrate(*database, bad);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "no such table: c");
  EXPECT_EQ(value(schema_version(*database)), 1);
  EXPECT_EQ(value(database->number("SELECT count(*) FROM sqlite_schema WHERE name = 'b'")), 0);
}

TEST(Migrate, AReaderDoesNotMigrate) {
  const Folder folder;
  const std::string path = folder.file("a.db");
  spoil(path, "");
  auto database = value(Database::open(path, Database::Access::Write));
  const std::vector<Migration> two{"CREATE TABLE a (x)", "CREATE TABLE b (x)"};
  succeed(migrate(*database, std::span(two).first(1)));
  const auto done = check_version(*database, two);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message,
            "was made by an older trailwarden, and is brought up to date by `watch`: its tables "
            "are version 1, this program's are 2");
}

}  // namespace
}  // namespace trailwarden::store
