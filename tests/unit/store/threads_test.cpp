// Many threads on one store, as `watch` has them: recorders, dispatchers, readers. For TSan.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "../folder.h"
#include "rows.h"

namespace trailwarden::store {
namespace {

constexpr int kMessages = 150;  // Of each recorder.

void record(Store& store, int recorder) {
  for (int i = 0; i < kMessages; ++i) {
    const std::string name = std::to_string(recorder) + "/" + std::to_string(i);
    write_or_die(store, [&](Writer& to) {
      EXPECT_TRUE(value(to.add_event(event_row(name))));
      CaseRow row = case_row("c-" + std::to_string(i % 10));
      succeed(to.put_case(row));
      OutboxRow message = message_row(name);
      message.case_id = row.id;
      EXPECT_TRUE(value(to.enqueue(message)));
      EXPECT_TRUE(value(store.find_case(row.id))) << "a read within the transaction";
    });
  }
}

TEST(Threads, EveryMessageIsTakenOnceAndReadersSeeWholeTransactions) {
  const Folder folder;
  const auto store = open_or_die(folder.file("a.db"));
  std::mutex taking;
  std::multiset<std::string> taken;
  std::atomic<bool> recorded = false;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i) threads.emplace_back([&, i] { record(*store, i); });
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      for (;;) {
        const bool last = recorded;
        std::vector<OutboxRow> rows;
        write_or_die(*store, [&](Writer& to) { rows = value(to.claim("slack:C1", 1'000, 5)); });
        for (const OutboxRow& row : rows) {
          write_or_die(*store, [&](Writer& to) { succeed(to.mark_sent(row.id, "ts", 1'000)); });
          const std::lock_guard lock(taking);
          taken.insert(row.key);
        }
        if (last && !value(store->next_due("slack:C1"))) return;
      }
    });
  }
  threads.emplace_back([&] {
    while (!recorded) {
      const StoreStatistics now = value(store->statistics());
      EXPECT_EQ(now.events, now.pending + now.sending + now.sent);
      value(store->latest_cases(9));
    }
  });
  threads[0].join();
  threads[1].join();
  recorded = true;
  threads.clear();
  EXPECT_EQ(taken.size(), 2U * kMessages);
  EXPECT_EQ(std::set(taken.begin(), taken.end()).size(), taken.size()) << "none twice";
  EXPECT_EQ(value(store->statistics()).sent, 2U * kMessages);
}

TEST(Threads, ATransactionWithinATransactionIsRefused) {
  const auto store = open_or_die(":memory:");
  write_or_die(*store, [&](Writer& to) {
    const auto inner = store->write([](Writer& other) { return other.count("n", 1); });
    ASSERT_FALSE(inner);
    EXPECT_EQ(inner.error().message, "a transaction within a transaction");
    succeed(to.count("n", 5));
  });
  EXPECT_EQ(value(store->counter("n")), 5U);
}

// Writes that wait for each other share a transaction: nobody's failure is anybody else's.
TEST(Threads, EachWriterHearsWhatBecameOfItsOwnWork) {
  constexpr int kWriters = 4;
  const Folder folder;
  const auto store = open_or_die(folder.file("a.db"));
  const auto work = [](int writer, int number) {
    return [writer, number](Writer& to) -> Result<void> {
      TW_TRY(to.count("writer " + std::to_string(writer), 1));
      TW_TRY(to.add_event(event_row(std::to_string(writer) + "/" + std::to_string(number))));
      if (number % 5 == 1) return fail(ErrorCode::Usage, "on purpose");
      if (number % 5 == 2) throw std::runtime_error("on purpose");
      return {};
    };
  };
  {
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < kWriters; ++writer) {
      threads.emplace_back([&, writer] {
        for (int number = 0; number < kMessages; ++number) {
          bool is_stored = false, is_thrown = false;
          try {
            is_stored = store->write(work(writer, number)).has_value();
          } catch (const std::runtime_error&) {
            is_thrown = true;
          }
          EXPECT_EQ(is_thrown, number % 5 == 2);
          EXPECT_EQ(is_stored, number % 5 != 1 && number % 5 != 2);
        }
      });
    }
  }
  EXPECT_EQ(value(store->statistics()).events, kWriters * kMessages * 3U / 5U);
  for (int writer = 0; writer < kWriters; ++writer) {
    EXPECT_EQ(value(store->counter("writer " + std::to_string(writer))), kMessages * 3U / 5U);
  }
}

TEST(Threads, AnExceptionTakesTheTransactionBack) {
  const auto store = open_or_die(":memory:");
  const auto throwing = [](Writer& to) -> Result<void> {
    succeed(to.count("n", 1));
    throw std::runtime_error("as bad_alloc would");
  };
  EXPECT_THROW(static_cast<void>(store->write(throwing)), std::runtime_error);
  EXPECT_EQ(value(store->counter("n")), 0U);
  write_or_die(*store, [](Writer& to) { succeed(to.count("n", 2)); });
  EXPECT_EQ(value(store->counter("n")), 2U);
}

}  // namespace
}  // namespace trailwarden::store
