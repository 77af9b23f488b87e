// The outbox: order within a case, coalescing, no key twice, what a crash leaves behind.
#include <gtest/gtest.h>

#include "rows.h"

namespace trailwarden::store {
namespace {

constexpr UnixMillis kLater = 1'000'000;

std::vector<std::string> keys(const std::vector<OutboxRow>& rows) {
  std::vector<std::string> result;
  for (const OutboxRow& row : rows) result.push_back(row.key);
  return result;
}

using Keys = std::vector<std::string>;

class Outbox : public testing::Test {
 protected:
  void enqueue(const std::string& key, const std::string& case_id, UnixMillis due = 200) {
    OutboxRow row = message_row(key);
    row.case_id = case_id;
    row.due = due;
    write_or_die(*store_, [&](Writer& to) { EXPECT_TRUE(value(to.enqueue(row))); });
  }
  Keys due(UnixMillis now = kLater, std::size_t limit = 99) {
    return keys(due_messages(*store_, "slack:C1", now, limit));
  }
  std::vector<OutboxRow> claim(UnixMillis now = kLater) {
    std::vector<OutboxRow> rows;
    write_or_die(*store_, [&](Writer& to) { rows = value(to.claim("slack:C1", now, 99)); });
    return rows;
  }
  OutboxRow only(OutboxState state) {
    const auto rows = value(store_->messages(state, 99));
    EXPECT_EQ(rows.size(), 1U) << to_string(state);
    return rows.empty() ? OutboxRow{} : rows.front();
  }
  template <class Work>
  void write(const Work& work) {
    write_or_die(*store_, work);
  }

  std::unique_ptr<Store> store_ = open_or_die(":memory:");
};

TEST_F(Outbox, HandsOutWhatIsDueByTimeThenArrival) {
  enqueue("late", "c-1", 300);
  enqueue("b", "c-2", 200);
  enqueue("c", "c-3", 200);
  enqueue("early", "c-4", 100);
  EXPECT_EQ(due(99), Keys{});
  EXPECT_EQ(due(100), Keys{"early"});
  EXPECT_EQ(due(300), (Keys{"early", "b", "c", "late"}));
  EXPECT_EQ(due(300, 2), (Keys{"early", "b"}));
  EXPECT_EQ(due_messages(*store_, "other", kLater, 99).size(), 0U);
}

TEST_F(Outbox, OfACaseOnlyTheEarliestHoweverItEnds) {
  enqueue("1", "c-1", 300);
  enqueue("2", "c-1", 100);  // Due before the first, and waits for it all the same.
  enqueue("3", "c-1", 100);
  EXPECT_EQ(due(200), Keys{});
  EXPECT_EQ(value(store_->next_due("slack:C1")), 300);
  EXPECT_EQ(due(), Keys{"1"});
  const std::int64_t first = claim().at(0).id;
  EXPECT_EQ(due(), Keys{}) << "one of the case is being sent";
  write([&](Writer& to) { succeed(to.mark_sent(first, "ts1", kLater)); });
  EXPECT_EQ(due(), Keys{"2"});
  const std::int64_t second = claim().at(0).id;
  write([&](Writer& to) { succeed(to.bury(second, "no such channel")); });
  EXPECT_EQ(due(), Keys{"3"}) << "a dead one is in nobody's way";
}

TEST_F(Outbox, TheSameCaseInAnotherSinkDoesNotWait) {
  enqueue("1", "c-1");
  OutboxRow other = message_row("2");
  other.sink = "sns:x";
  write([&](Writer& to) { EXPECT_TRUE(value(to.enqueue(other))); });
  EXPECT_EQ(due(), Keys{"1"});
  EXPECT_EQ(keys(due_messages(*store_, "sns:x", kLater, 9)), Keys{"2"});
}

TEST_F(Outbox, NoKeyTwiceNotEvenOfASentOne) {
  enqueue("1", "c-1");
  const auto again = [&] {
    write([&](Writer& to) {
      EXPECT_FALSE(value(to.enqueue(message_row("1"))));
      succeed(to.enqueue_or_replace(message_row("1")));
    });
  };
  again();
  const std::int64_t id = claim().at(0).id;
  again();
  write([&](Writer& to) { succeed(to.mark_sent(id, "ts", kLater)); });
  again();
  EXPECT_EQ(due(), Keys{});
  EXPECT_EQ(value(store_->statistics()).sent, 1U);
}

TEST_F(Outbox, WhatGrowsIsToldOnce) {
  OutboxRow row = message_row("g1");
  row.kind = "grown";
  row.notice = "one";
  const auto grow = [&](const std::string& key, const std::string& notice) {
    OutboxRow next = row;
    next.key = key;
    next.notice = notice;
    next.created = next.due = 900;
    write([&](Writer& to) { succeed(to.enqueue_or_replace(next)); });
  };
  enqueue("opened", "c-1");
  write([&](Writer& to) { succeed(to.enqueue_or_replace(row)); });
  grow("g2", "two");
  grow("g3", "three");
  EXPECT_EQ(value(store_->statistics()).pending, 2U);
  const OutboxRow now = value(store_->messages(OutboxState::Pending, 9)).at(1);
  EXPECT_EQ(now.key, "g1");
  EXPECT_EQ(now.created, 100);
  EXPECT_EQ(now.due, 200);
  EXPECT_EQ(now.notice, "three");

  // One that is being sent is not replaced: the next one follows it.
  write([&](Writer& to) {
    succeed(to.mark_sent(value(to.claim("slack:C1", kLater, 1)).at(0).id, "ts", kLater));
  });
  EXPECT_EQ(claim().at(0).notice, "three");
  grow("g4", "four");
  EXPECT_EQ(only(OutboxState::Sending).notice, "three");
  EXPECT_EQ(only(OutboxState::Pending).notice, "four");
}

TEST_F(Outbox, AnAttemptIsCountedAndTimed) {
  enqueue("1", "c-1");
  const std::int64_t id = claim(1'000).at(0).id;
  OutboxRow row = only(OutboxState::Sending);
  EXPECT_EQ(row.attempts, 1U);
  EXPECT_EQ(row.first_tried, 1'000);
  EXPECT_EQ(row.tried, 1'000);
  EXPECT_TRUE(claim(1'001).empty()) << "somebody else has it";
  write([&](Writer& to) { succeed(to.postpone(id, "429", 5'000)); });
  row = only(OutboxState::Pending);
  EXPECT_EQ(row.reason, "429");
  EXPECT_EQ(row.due, 5'000);
  EXPECT_EQ(due(4'999), Keys{});
  EXPECT_EQ(value(store_->next_due("slack:C1")), 5'000);
  EXPECT_EQ(claim(5'000).at(0).attempts, 1U) << "as it was before";
  row = only(OutboxState::Sending);
  EXPECT_EQ(row.attempts, 2U);
  EXPECT_EQ(row.first_tried, 1'000);
  EXPECT_EQ(row.tried, 5'000);
  write([&](Writer& to) { succeed(to.mark_sent(id, "ts", 5'100)); });
  row = only(OutboxState::Sent);
  EXPECT_EQ(row.reference, "ts");
  EXPECT_EQ(row.sent, 5'100);
  EXPECT_EQ(row.reason, "");
  EXPECT_EQ(value(store_->next_due("slack:C1")), std::nullopt);
}

TEST_F(Outbox, DoubtIsHandedOutWhenItIsDue) {
  enqueue("1", "c-1");
  const std::int64_t id = claim(1'000).at(0).id;
  write([&](Writer& to) { succeed(to.leave_in_doubt(id, "no answer", 9'000)); });
  EXPECT_EQ(due(8'999), Keys{});
  EXPECT_EQ(value(store_->next_due("slack:C1")), 9'000);
  const auto rows = claim(9'000);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].state, OutboxState::Sending);
  EXPECT_EQ(rows[0].reason, "no answer");
  write([&](Writer& to) { succeed(to.postpone(id, "it was not there", 9'500)); });
  EXPECT_EQ(claim(9'500).at(0).state, OutboxState::Pending);
}

TEST_F(Outbox, AnAttemptWithoutAnEndIsInDoubtAfterAWhile) {
  enqueue("1", "c-1");
  claim(1'000);
  const UnixMillis over = 1'000 + std::chrono::milliseconds(kAttemptMax).count();
  EXPECT_EQ(due(over - 1), Keys{});
  EXPECT_EQ(value(store_->next_due("slack:C1")), over);
  EXPECT_EQ(claim(over).at(0).state, OutboxState::Sending);
}

TEST_F(Outbox, ADeadOneIsRevived) {
  enqueue("1", "c-1");
  const std::int64_t id = claim(1'000).at(0).id;
  write([&](Writer& to) { succeed(to.bury(id, "channel_not_found")); });
  EXPECT_EQ(only(OutboxState::Dead).reason, "channel_not_found");
  enqueue("2", "c-1");
  write([&](Writer& to) { succeed(to.revive(id, 7'000)); });
  const OutboxRow row = value(store_->messages(OutboxState::Pending, 1)).at(0);
  EXPECT_EQ(row.attempts, 0U);
  EXPECT_EQ(row.due, 7'000);
  EXPECT_EQ(due(), Keys{"1"}) << "it stands before what came later";
}

TEST_F(Outbox, SaysWhichMessageIsNotInAStateForIt) {
  enqueue("1", "c-1");
  const auto refused = [&](auto change) {
    const auto done = store_->write(change);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message.substr(0, 17), "message 1 is not ") << done.error().message;
  };
  refused([](Writer& to) { return to.mark_sent(1, "", 0); });
  refused([](Writer& to) { return to.postpone(1, "", 0); });
  refused([](Writer& to) { return to.leave_in_doubt(1, "", 0); });
  refused([](Writer& to) { return to.revive(1, 0); });
  write([&](Writer& to) {
    value(to.claim("slack:C1", kLater, 1));
    succeed(to.mark_sent(1, "", kLater));
  });
  refused([](Writer& to) { return to.bury(1, ""); });
  refused([](Writer& to) { return to.postpone(1, "", 0); });
}

TEST_F(Outbox, TheThreadIsWhatTheSinkTookFirst) {
  enqueue("1", "c-1");
  enqueue("2", "c-1");
  EXPECT_EQ(value(store_->thread_of("slack:C1", "c-1")), "");
  const std::int64_t first = claim(1'000).at(0).id;
  write([&](Writer& to) { succeed(to.bury(first, "?")); });
  const std::int64_t second = claim(1'000).at(0).id;
  write([&](Writer& to) {
    succeed(to.mark_sent(second, "ts2", 2'000));
    succeed(to.revive(first, 3'000));
  });
  claim(3'000);
  write([&](Writer& to) { succeed(to.mark_sent(first, "ts1", 4'000)); });
  EXPECT_EQ(value(store_->thread_of("slack:C1", "c-1")), "ts2");
  EXPECT_EQ(value(store_->thread_of("slack:C2", "c-1")), "");
}

TEST_F(Outbox, IdsAreNeverUsedAgain) {
  OutboxRow row = message_row("1");
  row.kind = "grown";
  write([&](Writer& to) { succeed(to.enqueue_or_replace(row)); });
  row.key = "2";
  write([&](Writer& to) { succeed(to.enqueue_or_replace(row)); });
  EXPECT_EQ(only(OutboxState::Pending).id, 2);
}

}  // namespace
}  // namespace trailwarden::store
