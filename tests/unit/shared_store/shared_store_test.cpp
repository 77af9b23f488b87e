// Two processes and one table: who comes second does its work again, and nothing is done twice.
#include "shared_store/shared_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "../store/rows.h"
#include "model/budget.h"
#include "stores.h"
#include "watch/model_memory.h"

namespace trailwarden::shared_store {
namespace {

using namespace store;

constexpr std::string_view kSlack = "slack:C1";

class Shared : public testing::Test {
 protected:
  void SetUp() override {
    table_ = fresh_table();
    if (table_.empty()) GTEST_SKIP() << "no DynamoDB: tests/shared_store has one";
    mine_ = open_shared(table_, now_);
    theirs_ = open_shared(table_, now_);
  }

  // How often the work was done.
  template <class Work>
  static int write(SharedStore& to, const Work& work) {
    int times = 0;
    const auto done = to.transact([&](LiveWriter& writer) -> Result<void> {
      ++times;
      work(writer);
      return {};
    });
    EXPECT_TRUE(done) << (done ? "" : to_string(done.error()));
    return times;
  }
  static std::vector<OutboxRow> claim(SharedStore& store, UnixMillis now) {
    std::vector<OutboxRow> rows;
    write(store, [&](LiveWriter& to) { rows = value(to.claim(kSlack, now, 1)); });
    return rows;
  }

  static EventRow event(const std::string& fingerprint) {
    EventRow row = event_row(fingerprint);
    row.time = 1'500;
    return row;
  }
  static CaseRow case_of_revision(std::uint64_t revision) {
    CaseRow row = case_row("c-1");
    row.revision = revision;
    return row;
  }

  UnixMillis now_ = 1'772'366'400'000;
  std::string table_;
  std::unique_ptr<SharedStore> mine_, theirs_;
};

TEST_F(Shared, AnEventThatTheOtherHasIsFoundOut) {
  EXPECT_EQ(write(*theirs_, [](LiveWriter& to) { EXPECT_TRUE(value(to.add_event(event("f")))); }),
            1);
  std::vector<bool> answers;
  const int times = write(*mine_, [&](LiveWriter& to) {
    answers.push_back(value(to.add_event(event("f"))));
    EXPECT_TRUE(value(to.add_event(event("g"))));
  });
  EXPECT_EQ(times, 2);
  EXPECT_EQ(answers, (std::vector<bool>{true, false}));
  EXPECT_EQ(value(mine_->events_of(case_of_revision(1), 9)).size(), 2U);
}

TEST_F(Shared, WhoCountsOnAnOldRevisionReadsAgain) {
  write(*theirs_, [](LiveWriter& to) { succeed(to.put_case(case_of_revision(1))); });
  write(*theirs_, [](LiveWriter& to) { succeed(to.put_case(case_of_revision(2))); });
  std::uint64_t last = 1;  // As known from long ago.
  const int times = write(*mine_, [&](LiveWriter& to) {
    succeed(to.put_case(case_of_revision(last + 1)));
    last = value(mine_->find_case("c-1")).value().revision;
  });
  EXPECT_EQ(times, 2);
  EXPECT_EQ(value(theirs_->find_case("c-1")).value().revision, 3U);
}

TEST_F(Shared, WhatCameToACaseSinceIsKnown) {
  const auto add = [](SharedStore& to, std::uint64_t revision, const std::string& fingerprint) {
    write(to, [&](LiveWriter& writer) {
      EXPECT_TRUE(value(writer.add_event(event(fingerprint))));
      succeed(writer.put_case(case_of_revision(revision)));
    });
  };
  const auto names = [](const std::vector<EventRow>& rows) {
    std::set<std::string> found;
    for (const EventRow& row : rows) found.insert(row.fingerprint);
    return found;
  };
  add(*mine_, 1, "a");
  const CaseRow seen = value(theirs_->find_case("c-1")).value();
  add(*theirs_, 2, "b");
  add(*theirs_, 3, "c");
  write(*theirs_, [](LiveWriter& to) { succeed(to.put_case(case_of_revision(4))); });
  EXPECT_FALSE(value(mine_->events_since(1, case_of_revision(4)))) << "not seen by me";
  const CaseRow now = value(mine_->find_case("c-1")).value();
  EXPECT_EQ(names(value(mine_->events_since(1, now)).value()), (std::set<std::string>{"b", "c"}));
  EXPECT_EQ(names(value(mine_->events_since(2, now)).value()), (std::set<std::string>{"c"}));
  EXPECT_TRUE(value(mine_->events_since(3, now)).value().empty()) << "an opinion, no event";
  // What one adds stands behind what others had added.
  add(*mine_, 5, "d");
  const CaseRow last = value(theirs_->find_case("c-1")).value();
  EXPECT_EQ(names(value(theirs_->events_since(2, last)).value()),
            (std::set<std::string>{"c", "d"}));
  EXPECT_FALSE(value(theirs_->events_since(2, seen))) << "of an old revision";
}

TEST_F(Shared, ACaseThatWasWrittenUnseenNotesWhatCameFromThereOn) {
  write(*theirs_, [](LiveWriter& to) {
    EXPECT_TRUE(value(to.add_event(event("a"))));
    succeed(to.put_case(case_of_revision(1)));
  });
  write(*mine_, [](LiveWriter& to) {  // Knows its revision, and never read it.
    EXPECT_TRUE(value(to.add_event(event("b"))));
    succeed(to.put_case(case_of_revision(2)));
  });
  const CaseRow now = value(theirs_->find_case("c-1")).value();
  EXPECT_FALSE(value(theirs_->events_since(0, now)));
  EXPECT_EQ(value(theirs_->events_since(1, now)).value().size(), 1U);
}

TEST_F(Shared, OfTwoWhoBeginACaseOfOneActorOneIsTold) {
  // Both look, and see none.
  EXPECT_FALSE(value(mine_->case_around("AKIA", 1'500, 3'600, 86'400)));
  EXPECT_FALSE(value(theirs_->case_around("AKIA", 1'500, 3'600, 86'400)));
  write(*theirs_, [](LiveWriter& to) { succeed(to.put_case(case_of_revision(1))); });
  std::string found;
  const int times = write(*mine_, [&](LiveWriter& to) {
    const auto around = value(mine_->case_around("AKIA", 1'500, 3'600, 86'400));
    found = around ? around->id : "none";
    CaseRow row = around ? *around : case_row("c-2");
    row.revision = around ? around->revision + 1 : 1;
    succeed(to.put_case(row));
  });
  EXPECT_EQ(times, 1) << "it looked within the work";
  EXPECT_EQ(found, "c-1");

  // And where it looks before, and not within:
  EXPECT_FALSE(value(mine_->case_around("BKIA", 1'500, 3'600, 86'400)));
  CaseRow theirs = case_of_revision(1);
  theirs.id = "c-3";
  theirs.actor = "BKIA";
  write(*theirs_, [&](LiveWriter& to) { succeed(to.put_case(theirs)); });
  CaseRow mine = theirs;
  mine.id = "c-4";
  int looks = 0;
  const int again = write(*mine_, [&](LiveWriter& to) {
    if (looks++ > 0) {
      mine = value(mine_->case_around("BKIA", 1'500, 3'600, 86'400)).value();
      ++mine.revision;
    }
    succeed(to.put_case(mine));
  });
  EXPECT_EQ(again, 2);
  EXPECT_EQ(mine.id, "c-3");
  EXPECT_FALSE(value(mine_->find_case("c-4")));
}

TEST_F(Shared, AMessageIsBegunByOne) {
  write(*theirs_, [](LiveWriter& to) { EXPECT_TRUE(value(to.enqueue(message_row("m")))); });
  const auto begun = claim(*mine_, 1'000);
  ASSERT_EQ(begun.size(), 1U) << "found by the index";
  EXPECT_TRUE(claim(*theirs_, 1'000).empty()) << "although it was theirs";
  write(*mine_, [&](LiveWriter& to) { succeed(to.mark_sent(begun[0].id, "ts", 1'000)); });
  EXPECT_EQ(value(theirs_->thread_of(kSlack, "c-1")), "ts");
  EXPECT_TRUE(claim(*theirs_, 100'000'000).empty());
  EXPECT_FALSE(value(theirs_->next_due(kSlack)));
}

TEST_F(Shared, WhatWasAddedMeanwhileStaysBehindWhatIsBeingSent) {
  write(*mine_, [](LiveWriter& to) { EXPECT_TRUE(value(to.enqueue(message_row("m1")))); });
  const auto begun = claim(*mine_, 1'000);
  ASSERT_EQ(begun.size(), 1U);
  write(*theirs_, [](LiveWriter& to) { EXPECT_TRUE(value(to.enqueue(message_row("m2")))); });
  EXPECT_TRUE(claim(*theirs_, 1'000).empty());
  EXPECT_EQ(write(*mine_, [&](LiveWriter& to) { succeed(to.mark_sent(begun[0].id, "ts", 1'000)); }),
            2);
  const auto next = claim(*theirs_, 2'000);
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].key, "m2");
}

TEST_F(Shared, AnAttemptThatTookTooLongIsSomebodyElses) {
  constexpr UnixMillis kTooLong = 10'000'000;
  write(*mine_, [](LiveWriter& to) { EXPECT_TRUE(value(to.enqueue(message_row("m")))); });
  const auto mine = claim(*mine_, 1'000);
  const auto theirs = claim(*theirs_, kTooLong);
  ASSERT_EQ(theirs.size(), 1U);
  EXPECT_EQ(theirs[0].state, OutboxState::Sending) << "in doubt";
  const auto late =
      mine_->transact([&](LiveWriter& to) { return to.postpone(mine.at(0).id, "late", kTooLong); });
  EXPECT_FALSE(late);
  write(*theirs_, [&](LiveWriter& to) { succeed(to.mark_sent(theirs[0].id, "ts", kTooLong)); });
}

TEST_F(Shared, TwoSpendOfOneBudget) {
  const auto spend = [](SharedStore& store) {
    for (int i = 0; i < 20; ++i) {
      write(store, [&](LiveWriter& to) {
        succeed(to.add_spending({.minute = 600, .model = "m", .tokens = 1, .nano_dollars = 10}));
      });
    }
  };
  {
    const std::jthread other([&] { spend(*theirs_); });
    spend(*mine_);
  }
  const auto rows = value(mine_->spending_since(0));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].tokens, 40);
  EXPECT_EQ(rows[0].nano_dollars, 400);
}

TEST_F(Shared, TwoReserveOfOneBudgetAndNeverTooMuch) {
  const auto now = [] { return UnixSeconds{1'000'000}; };
  const model::BudgetLimits limits{.tokens_per_day = 100};
  std::atomic<int> taken = 0;
  const auto reserve = [&](SharedStore& store) {
    watch::StoreLedger ledger(store, "m", true);
    const auto budget = model::Budget::open(limits, ledger, now).value();
    for (int i = 0; i < 15; ++i) taken += budget->reserve({10, {}}) ? 1 : 0;
  };
  {
    const std::jthread other([&] { reserve(*theirs_); });
    reserve(*mine_);
  }
  EXPECT_EQ(taken, 10);
  EXPECT_EQ(value(mine_->spending_since(0)).at(0).tokens, 100);
}

TEST_F(Shared, MoreThanATransactionHoldsIsRefusedBeforeAnybodyIsAsked) {
  const auto too_much = mine_->transact([](LiveWriter& to) -> Result<void> {
    for (int i = 0; i < 101; ++i) EXPECT_TRUE(value(to.add_event(event(std::to_string(i)))));
    return {};
  });
  ASSERT_FALSE(too_much);
  EXPECT_EQ(too_much.error().code, ErrorCode::LimitExceeded);
  EXPECT_TRUE(value(mine_->events_of(case_of_revision(1), 9)).empty());
}

TEST_F(Shared, ARecordThatNoItemHoldsIsLeftOut) {
  EventRow row = event("f");
  row.record.clear();
  std::uint64_t bits = 88172645463325252;  // xorshift: what does not compress.
  for (int i = 0; i < 600'000; ++i) {
    bits ^= bits << 13;
    bits ^= bits >> 7;
    bits ^= bits << 17;
    row.record += static_cast<char>(bits);
  }
  write(*mine_, [&](LiveWriter& to) { EXPECT_TRUE(value(to.add_event(row))); });
  const auto rows = value(theirs_->events_of(case_of_revision(1), 9));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].record,
            R"({"trailwarden":"the record was too large to be kept, 600000 bytes"})");
}

TEST(SharedUnreachable, ATableThatIsNotThereIsSaid) {
  if (fresh_table().empty()) GTEST_SKIP() << "no DynamoDB: tests/shared_store has one";
  const UnixMillis now = 0;
  const auto store = open_shared("no-such-table", now);
  const auto failed = store->find_case("c-1");
  ASSERT_FALSE(failed);
  EXPECT_NE(to_string(failed.error()).find("ResourceNotFoundException"), std::string::npos);
}

}  // namespace
}  // namespace trailwarden::shared_store
