// What a store promises to those who judge live events, tried on both kinds of it alike.
#include <gtest/gtest.h>

#include "../store/rows.h"
#include "stores.h"

namespace trailwarden::store {
namespace {

constexpr UnixMillis kLater = 1'000'000;
constexpr UnixMillis kAttemptMaxMs = std::chrono::milliseconds(kAttemptMax).count();
constexpr std::string_view kSlack = "slack:C1";

using Keys = std::vector<std::string>;

class Contract : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (GetParam() == std::string_view("sqlite")) {
      store_ = open_or_die(":memory:");
      return;
    }
    const std::string table = shared_store::fresh_table();
    if (table.empty()) GTEST_SKIP() << "no DynamoDB: tests/shared_store has one";
    store_ = shared_store::open_shared(table, now_);
  }

  template <class Work>
  void write(const Work& work) {
    const auto done = store_->transact([&](LiveWriter& to) -> Result<void> {
      work(to);
      return {};
    });
    ASSERT_TRUE(done) << to_string(done.error());
  }
  bool add(const EventRow& event) {
    bool is_new = false;
    write([&](LiveWriter& to) { is_new = value(to.add_event(event)); });
    return is_new;
  }
  void put(const CaseRow& row) {
    write([&](LiveWriter& to) { succeed(to.put_case(row)); });
  }
  bool enqueue(const OutboxRow& message) {
    bool is_new = false;
    write([&](LiveWriter& to) { is_new = value(to.enqueue(message)); });
    return is_new;
  }
  bool enqueue(const std::string& key, const std::string& case_id, UnixMillis due = 200) {
    OutboxRow row = message_row(key);
    row.case_id = case_id;
    row.due = due;
    return enqueue(row);
  }
  std::vector<OutboxRow> claim(UnixMillis now = kLater, std::size_t limit = 99,
                               std::string_view sink = kSlack) {
    std::vector<OutboxRow> rows;
    write([&](LiveWriter& to) { rows = value(to.claim(sink, now, limit)); });
    return rows;
  }
  // What a claim would take: one that is taken back.
  Keys due(UnixMillis now = kLater, std::size_t limit = 99, std::string_view sink = kSlack) {
    Keys keys;
    const auto taken_back = store_->transact([&](LiveWriter& to) -> Result<void> {
      for (const OutboxRow& row : value(to.claim(sink, now, limit))) keys.push_back(row.key);
      return fail(ErrorCode::Usage, "on purpose");
    });
    EXPECT_EQ(taken_back.error().message, "on purpose");
    return keys;
  }
  void sent(std::int64_t id, std::string_view reference = "ts") {
    write([&](LiveWriter& to) { succeed(to.mark_sent(id, reference, kLater)); });
  }

  UnixMillis now_ = 1'772'366'400'000;
  std::unique_ptr<LiveStore> store_;
};

INSTANTIATE_TEST_SUITE_P(Stores, Contract, testing::Values("sqlite", "dynamodb"),
                         [](const auto& test) { return std::string(test.param); });

CaseRow first_case(const std::string& id, const std::string& actor = "AKIA") {
  CaseRow row = case_row(id);
  row.actor = actor;
  row.revision = 1;
  return row;
}

TEST_P(Contract, AnEventIsStoredOnceAndComesBackAsItWas) {
  EventRow event = event_row("f-1");
  event.record = std::string("{\"x\":\"\xff\xfe\0\"}", 12);
  event.sighting = std::string(50'000, 's');
  event.time = 1'500;
  EXPECT_TRUE(add(event));
  EventRow again = event;
  again.record = "another";
  EXPECT_FALSE(add(again));
  std::vector<bool> are_new;  // Of the try that counts: a shared store may need two.
  write([&](LiveWriter& to) {
    EventRow other = event_row("f-2");
    other.time = 1'600;
    are_new = {value(to.add_event(other)), value(to.add_event(other)), value(to.add_event(event))};
  });
  EXPECT_EQ(are_new, (std::vector<bool>{true, false, false})) << "twice in one transaction, too";
  const auto rows = value(store_->events_of(first_case("c-1"), 9));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].fingerprint, event.fingerprint);
  EXPECT_EQ(rows[0].event_id, event.event_id);
  EXPECT_EQ(rows[0].time, event.time);
  EXPECT_EQ(rows[0].case_id, event.case_id);
  EXPECT_EQ(rows[0].actor, event.actor);
  EXPECT_EQ(rows[0].verdict, event.verdict);
  EXPECT_EQ(rows[0].risk, event.risk);
  EXPECT_EQ(rows[0].sighting, event.sighting);
  EXPECT_EQ(rows[0].record, event.record);
  EXPECT_EQ(rows[0].received, event.received);
}

TEST_P(Contract, WorkThatFailsLeavesNothing) {
  const auto failed = store_->transact([&](LiveWriter& to) -> Result<void> {
    EventRow event = event_row("f-1");
    event.time = 1'500;
    EXPECT_TRUE(value(to.add_event(event)));
    succeed(to.put_case(first_case("c-1")));
    EXPECT_TRUE(value(to.enqueue(message_row("m-1"))));
    return fail(ErrorCode::Io, "on purpose");
  });
  EXPECT_EQ(failed.error().message, "on purpose");
  EXPECT_FALSE(value(store_->find_case("c-1")));
  EXPECT_TRUE(value(store_->events_of(first_case("c-1"), 9)).empty());
  EXPECT_FALSE(value(store_->next_due(kSlack)));
}

TEST_P(Contract, ACaseComesBackAsItWasAndIsReplaced) {
  CaseRow row = first_case("c-1");
  row.title = std::string("a\0b\xff", 4);
  put(row);
  CaseRow found = value(store_->find_case("c-1")).value();
  EXPECT_EQ(found.title, row.title);
  EXPECT_EQ(found.actor, row.actor);
  EXPECT_EQ(found.account, row.account);
  EXPECT_EQ(found.first, row.first);
  EXPECT_EQ(found.last, row.last);
  EXPECT_EQ(found.local, row.local);
  EXPECT_EQ(found.verdict, row.verdict);
  EXPECT_EQ(found.risk, row.risk);
  EXPECT_EQ(found.events, row.events);
  EXPECT_EQ(found.revision, 1U);
  EXPECT_EQ(found.notified, row.notified);
  EXPECT_EQ(found.document, row.document);
  EXPECT_EQ(found.opinion, row.opinion);
  EXPECT_EQ(found.updated, row.updated);
  row.revision = 2;
  row.notified.reset();
  row.first.reset();
  row.last.reset();
  row.opinion.clear();
  put(row);
  found = value(store_->find_case("c-1")).value();
  EXPECT_EQ(found.revision, 2U);
  EXPECT_FALSE(found.notified || found.first || found.last);
  EXPECT_FALSE(value(store_->find_case("c-2")));
}

TEST_P(Contract, TheCaseAroundATime) {
  constexpr std::int64_t kSilence = 100;
  constexpr std::int64_t kLength = 1'500;
  put(first_case("c-1"));  // From 1,000 to 2,000.
  CaseRow later = first_case("c-2");
  later.first = later.last = 2'150;
  put(later);
  CaseRow timeless = first_case("c-3");
  timeless.first.reset();
  timeless.last.reset();
  put(timeless);
  const auto around = [&](std::optional<UnixSeconds> time) {
    const auto row = value(store_->case_around("AKIA", time, kSilence, kLength));
    return row ? row->id : "none";
  };
  EXPECT_EQ(around(899), "none");
  EXPECT_EQ(around(900), "c-1");
  EXPECT_EQ(around(1'500), "c-1");
  EXPECT_EQ(around(2'049), "c-1");
  EXPECT_EQ(around(2'075), "c-2") << "of several the latest";
  EXPECT_EQ(around(2'250), "c-2");
  EXPECT_EQ(around(2'251), "none");
  EXPECT_EQ(around(std::nullopt), "c-3");
  EXPECT_FALSE(value(store_->case_around("somebody else", 1'500, kSilence, kLength)));
}

TEST_P(Contract, EventsOfACaseInOrderOfTime) {
  for (const int time : {1'700, 1'000, 2'000}) {
    EventRow event = event_row("f" + std::to_string(time));
    event.time = time;
    EXPECT_TRUE(add(event));
  }
  EventRow other = event_row("other");
  other.case_id = "c-2";
  other.time = 1'500;
  EXPECT_TRUE(add(other));
  const auto times = [&](std::size_t limit) {
    std::vector<UnixSeconds> all;
    for (const auto& row : value(store_->events_of(first_case("c-1"), limit))) {
      all.push_back(row.time.value_or(0));
    }
    return all;
  };
  EXPECT_EQ(times(9), (std::vector<UnixSeconds>{1'000, 1'700, 2'000}));
  EXPECT_EQ(times(2), (std::vector<UnixSeconds>{1'000, 1'700}));

  EventRow timeless = event_row("timeless");
  timeless.case_id = "c-3";
  timeless.time.reset();
  EXPECT_TRUE(add(timeless));
  CaseRow row = first_case("c-3");
  row.first.reset();
  row.last.reset();
  EXPECT_EQ(value(store_->events_of(row, 9)).size(), 1U);
}

TEST_P(Contract, HandsOutWhatIsDueByTime) {
  enqueue("late", "c-1", 300);
  enqueue("b", "c-2", 200);
  enqueue("early", "c-4", 100);
  EXPECT_EQ(value(store_->next_due(kSlack)), 100);
  EXPECT_EQ(due(99), Keys{});
  EXPECT_EQ(due(100), Keys{"early"});
  EXPECT_EQ(due(300), (Keys{"early", "b", "late"}));
  EXPECT_EQ(due(300, 2), (Keys{"early", "b"}));
  EXPECT_EQ(due(kLater, 9, "other"), Keys{});
  EXPECT_FALSE(value(store_->next_due("other")));
}

TEST_P(Contract, OfACaseOnlyTheEarliestHoweverItEnds) {
  enqueue("1", "c-1", 300);
  enqueue("2", "c-1", 100);  // Due before the first, and waits for it all the same.
  enqueue("3", "c-1", 100);
  EXPECT_EQ(due(200), Keys{});
  EXPECT_EQ(value(store_->next_due(kSlack)), 300);
  const std::int64_t first = claim().at(0).id;
  EXPECT_EQ(due(), Keys{}) << "one of the case is being sent";
  sent(first, "ts1");
  const std::int64_t second = claim().at(0).id;
  write([&](LiveWriter& to) { succeed(to.bury(second, "no such channel")); });
  const auto third = claim();
  ASSERT_EQ(third.size(), 1U);
  EXPECT_EQ(third[0].key, "3") << "a dead one is in nobody's way";
  sent(third[0].id, "ts3");
  EXPECT_EQ(due(), Keys{});
  EXPECT_FALSE(value(store_->next_due(kSlack)));
  EXPECT_EQ(value(store_->thread_of(kSlack, "c-1")), "ts1");
  EXPECT_EQ(value(store_->thread_of(kSlack, "c-2")), "");
}

TEST_P(Contract, TheSameCaseInAnotherSinkDoesNotWait) {
  enqueue("1", "c-1");
  OutboxRow other = message_row("2");
  other.sink = "sns:x";
  EXPECT_TRUE(enqueue(other));
  EXPECT_EQ(due(), Keys{"1"});
  EXPECT_EQ(due(kLater, 9, "sns:x"), Keys{"2"});
}

TEST_P(Contract, NoKeyTwiceNotEvenOfASentOne) {
  EXPECT_TRUE(enqueue("1", "c-1"));
  const auto again = [&] {
    EXPECT_FALSE(enqueue("1", "c-1"));
    write([&](LiveWriter& to) { succeed(to.enqueue_or_replace(message_row("1"))); });
  };
  again();
  const std::int64_t id = claim().at(0).id;
  again();
  sent(id);
  again();
  EXPECT_EQ(due(), Keys{});
}

TEST_P(Contract, WhatGrowsIsToldOnce) {
  OutboxRow row = message_row("g1");
  row.kind = "grown";
  row.notice = "one";
  const auto grow = [&](const std::string& key, const std::string& notice) {
    OutboxRow next = row;
    next.key = key;
    next.notice = notice;
    next.created = next.due = 900;
    write([&](LiveWriter& to) { succeed(to.enqueue_or_replace(next)); });
  };
  enqueue("opened", "c-1");
  write([&](LiveWriter& to) { succeed(to.enqueue_or_replace(row)); });
  grow("g2", "two");
  grow("g3", "three");
  sent(claim().at(0).id);
  const OutboxRow now = claim().at(0);
  EXPECT_EQ(now.key, "g1");
  EXPECT_EQ(now.created, 100);
  EXPECT_EQ(now.due, 200);
  EXPECT_EQ(now.notice, "three");
  grow("g4", "four");  // One that is being sent is not replaced: the next one follows it.
  EXPECT_EQ(due(), Keys{});
  sent(now.id);
  EXPECT_EQ(claim().at(0).notice, "four");
}

TEST_P(Contract, AnAttemptIsCountedAndTimed) {
  enqueue("1", "c-1");
  OutboxRow row = claim(1'000).at(0);
  EXPECT_EQ(row.attempts, 0U) << "as it was before";
  EXPECT_EQ(row.state, OutboxState::Pending);
  EXPECT_FALSE(row.first_tried);
  EXPECT_EQ(row.sink, kSlack);
  EXPECT_EQ(row.case_id, "c-1");
  EXPECT_EQ(row.kind, "opened");
  EXPECT_TRUE(claim(1'001).empty()) << "somebody else has it";
  write([&](LiveWriter& to) { succeed(to.postpone(row.id, "429", 5'000)); });
  EXPECT_EQ(due(4'999), Keys{});
  EXPECT_EQ(value(store_->next_due(kSlack)), 5'000);
  row = claim(5'000).at(0);
  EXPECT_EQ(row.attempts, 1U);
  EXPECT_EQ(row.first_tried, 1'000);
  EXPECT_EQ(row.reason, "429");
}

TEST_P(Contract, WhatIsBeingSentForTooLongIsInDoubt) {
  enqueue("1", "c-1");
  const OutboxRow first = claim(1'000).at(0);
  EXPECT_EQ(due(1'000 + kAttemptMaxMs - 1), Keys{});
  OutboxRow row = claim(1'000 + kAttemptMaxMs).at(0);
  EXPECT_EQ(row.state, OutboxState::Sending);
  EXPECT_EQ(row.attempts, 1U);
  write([&](LiveWriter& to) { succeed(to.leave_in_doubt(row.id, "timeout", 9'000'000)); });
  EXPECT_EQ(due(8'999'999), Keys{});
  row = claim(9'000'000).at(0);
  EXPECT_EQ(row.state, OutboxState::Sending);
  EXPECT_EQ(row.reason, "timeout");
  sent(row.id);
  EXPECT_EQ(due(100'000'000), Keys{});
}

TEST_P(Contract, OnlyWhatIsBeingSentCanEnd) {
  enqueue("1", "c-1");
  const std::int64_t id = claim().at(0).id;
  sent(id);
  const auto refused = store_->transact(
      [&](LiveWriter& to) -> Result<void> { return to.mark_sent(id, "again", kLater); });
  ASSERT_FALSE(refused);
  EXPECT_NE(to_string(refused.error()).find("is not being sent"), std::string::npos);
}

TEST_P(Contract, EndAndBeginningInOneTransaction) {
  enqueue("1", "c-1");
  enqueue("2", "c-1");
  enqueue("3", "c-2", 900);
  Keys keys;
  std::optional<std::int64_t> last;
  for (int i = 0; i < 4; ++i) {
    std::vector<OutboxRow> rows;
    write([&](LiveWriter& to) {
      if (last) succeed(to.mark_sent(*last, "ts", kLater));
      rows = value(to.claim(kSlack, kLater, 1));
    });
    last.reset();
    if (rows.empty()) continue;
    keys.push_back(rows[0].key);
    last = rows[0].id;
  }
  EXPECT_EQ(keys, (Keys{"1", "2", "3"}));
}

TEST_P(Contract, SpendingAddsUpByMinuteAndModel) {
  write([&](LiveWriter& to) {
    succeed(to.add_spending({.minute = 600, .model = "a", .tokens = 10, .nano_dollars = 100}));
    succeed(to.add_spending({.minute = 600, .model = "b", .tokens = 1, .nano_dollars = 2}));
  });
  write([&](LiveWriter& to) {
    succeed(to.add_spending({.minute = 600, .model = "a", .tokens = -4, .nano_dollars = -50}));
    succeed(to.add_spending({.minute = 660, .model = "a", .tokens = 5, .nano_dollars = 7}));
  });
  const auto rows = value(store_->spending_since(600));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].model, "a");
  EXPECT_EQ(rows[0].tokens, 6);
  EXPECT_EQ(rows[0].nano_dollars, 50);
  EXPECT_EQ(rows[1].model, "b");
  EXPECT_EQ(rows[2].minute, 660);
  EXPECT_EQ(value(store_->spending_since(601)).size(), 1U);
}

TEST_P(Contract, AnAnswerIsKeptAndReplaced) {
  EXPECT_FALSE(value(store_->answer("s")));
  write([&](LiveWriter& to) { succeed(to.put_answer({"s", R"({"a":1})", 5})); });
  write([&](LiveWriter& to) { succeed(to.put_answer({"s", R"({"a":2})", 6})); });
  const auto kept = value(store_->answer("s"));
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->answer, R"({"a":2})");
  EXPECT_EQ(kept->at, 6);
}

}  // namespace
}  // namespace trailwarden::store
