// kill -9 at random moments: what the killed process said was committed is there, to the last
// transaction and not more than one beyond, and the file is sound.
// TW_CRASH_ROUNDS=500 build/…/store_test --gtest_filter='Crash*' for a long run.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "../folder.h"
#include "rows.h"

namespace trailwarden::store {
namespace {

constexpr int kEvents = 10;
// Transactions between two times that what is older than so many is forgotten.
constexpr std::uint64_t kForgetEvery = 50;
constexpr UnixMillis kKept = 200;

int rounds() {
  const char* given = std::getenv("TW_CRASH_ROUNDS");
  return given == nullptr ? 30 : std::atoi(given);
}

// Transaction number `n`: ten events, the case and its message, an attempt with the one before it,
// and now and then something forgotten and compacted.
Result<void> transaction(Store& store, std::uint64_t n) {
  const auto all = [&](Writer& to) -> Result<void> {
    for (int i = 0; i < kEvents; ++i) {
      EventRow row = event_row(std::to_string(n) + "/" + std::to_string(i));
      row.case_id = "c-" + std::to_string(n);
      row.received = static_cast<UnixMillis>(n);
      row.record.assign(700, 'r');
      TW_TRY(to.add_event(row));
    }
    CaseRow row = case_row("c-" + std::to_string(n));
    row.updated = static_cast<UnixMillis>(n);
    TW_TRY(to.put_case(row));
    OutboxRow message = message_row(std::to_string(n));
    message.case_id = row.id;
    TW_TRY(to.enqueue(message));
    for (const OutboxRow& due : TW_TRY(to.claim("slack:C1", static_cast<UnixMillis>(n), 1))) {
      TW_TRY(to.mark_sent(due.id, "ts", static_cast<UnixMillis>(n)));
    }
    return to.count("transactions", 1);
  };
  TW_TRY(store.write(all));
  if (n % kForgetEvery != 0) return {};
  TW_TRY(store.forget(static_cast<UnixMillis>(n) - kKept));
  return store.compact();
}

// Writes until it is killed, and says each number when it is committed.
[[noreturn]] void write_for_ever(const std::string& path, int out) {
  auto store = Store::open(path);
  if (!store) ::_exit(1);
  const auto begun = (*store)->counter("transactions");
  if (!begun) ::_exit(2);
  for (std::uint64_t n = *begun + 1;; ++n) {
    if (!transaction(**store, n)) ::_exit(3);
    if (::write(out, &n, sizeof n) != sizeof n) ::_exit(4);
  }
}

// Starts a writer, kills it after `delay`; the last number that it said, or 0.
std::uint64_t kill_a_writer(const std::string& path, std::chrono::microseconds delay) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) write_for_ever(path, ends[1]);
  ::close(ends[1]);
  std::this_thread::sleep_for(delay);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << WEXITSTATUS(status);
  std::uint64_t last = 0;
  for (std::uint64_t n = 0; ::read(ends[0], &n, sizeof n) == sizeof n;) last = n;
  ::close(ends[0]);
  return last;
}

// What transaction `n` left, whole.
void expect_whole(const Store& store, std::uint64_t n) {
  const std::string id = "c-" + std::to_string(n);
  EXPECT_TRUE(value(store.find_case(id))) << n;
  EXPECT_EQ(value(store.events_of_case(id, 99)).size(), std::size_t{kEvents}) << n;
}

TEST(Crash, NothingCommittedIsLostAndNothingIsHalfThere) {
  const Folder folder;
  const std::string path = folder.file("a.db");
  std::mt19937 random(11);
  std::uint64_t committed = 0;
  const int count = rounds();
  for (int round = 0; round < count && !testing::Test::HasFailure(); ++round) {
    const std::chrono::microseconds delay(std::uniform_int_distribution(0, 60'000)(random));
    committed = std::max(committed, kill_a_writer(path, delay));
    const auto store = open_or_die(path);
    EXPECT_TRUE(value(store->faults()).empty());
    const std::uint64_t there = value(store->counter("transactions"));
    // One may have been committed whose number was not said any more.
    EXPECT_TRUE(there == committed || there == committed + 1) << there << " of " << committed;
    committed = there;
    if (there == 0) continue;
    expect_whole(*store, there);
    // Who is killed while it forgets more than one transaction does leaves events of cases that are
    // no more; forgetting goes on where it was.
    StoreStatistics now = value(store->statistics());
    EXPECT_GE(now.events, now.cases * kEvents);
    EXPECT_TRUE(store->forget(static_cast<UnixMillis>(there - there % kForgetEvery) - kKept));
    now = value(store->statistics());
    EXPECT_EQ(now.events, now.cases * kEvents);
    EXPECT_FALSE(value(store->find_case("c-" + std::to_string(there + 1))));
  }
  EXPECT_GT(committed, 0U);
  RecordProperty("transactions", std::to_string(committed));
}

}  // namespace
}  // namespace trailwarden::store
