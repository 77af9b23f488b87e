// What is written is read again, column by column and byte by byte.
#include <gtest/gtest.h>

#include "rows.h"

namespace trailwarden::store {
namespace {

// Bytes that a log may hold and that C strings, UTF-8 and SQL do not like.
const std::string kHostile("a\0b\xff\xfe'\";--\x01%s\xed\xa0\x80", 17);

void expect_same(const EventRow& a, const EventRow& b) {
  EXPECT_EQ(a.fingerprint, b.fingerprint);
  EXPECT_EQ(a.event_id, b.event_id);
  EXPECT_EQ(a.time, b.time);
  EXPECT_EQ(a.case_id, b.case_id);
  EXPECT_EQ(a.actor, b.actor);
  EXPECT_EQ(a.verdict, b.verdict);
  EXPECT_EQ(a.risk, b.risk);
  EXPECT_EQ(a.sighting, b.sighting);
  EXPECT_EQ(a.record, b.record);
  EXPECT_EQ(a.received, b.received);
}

void expect_same(const CaseRow& a, const CaseRow& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.actor, b.actor);
  EXPECT_EQ(a.account, b.account);
  EXPECT_EQ(a.first, b.first);
  EXPECT_EQ(a.last, b.last);
  EXPECT_EQ(a.local, b.local);
  EXPECT_EQ(a.verdict, b.verdict);
  EXPECT_EQ(a.risk, b.risk);
  EXPECT_EQ(a.events, b.events);
  EXPECT_EQ(a.revision, b.revision);
  EXPECT_EQ(a.notified, b.notified);
  EXPECT_EQ(a.title, b.title);
  EXPECT_EQ(a.document, b.document);
  EXPECT_EQ(a.opinion, b.opinion);
  EXPECT_EQ(a.updated, b.updated);
}

TEST(RoundTrip, EveryColumnOfAnEvent) {
  const auto store = open_or_die(":memory:");
  const EventRow row = event_row("f");
  write_or_die(*store, [&](Writer& to) { EXPECT_TRUE(value(to.add_event(row))); });
  const auto found = value(store->events_by_id("e-f"));
  ASSERT_EQ(found.size(), 1U);
  expect_same(found.front(), row);
}

TEST(RoundTrip, AnEventWithoutATime) {
  const auto store = open_or_die(":memory:");
  EventRow row = event_row("f");
  row.time.reset();
  write_or_die(*store, [&](Writer& to) { EXPECT_TRUE(value(to.add_event(row))); });
  expect_same(value(store->events_of_case("c-1", 9)).at(0), row);
}

TEST(RoundTrip, EveryColumnOfACase) {
  const auto store = open_or_die(":memory:");
  const CaseRow row = case_row("c-1");
  CaseRow bare;
  bare.id = "c-2";
  write_or_die(*store, [&](Writer& to) {
    succeed(to.put_case(row));
    succeed(to.put_case(bare));
  });
  expect_same(value(store->find_case("c-1")).value(), row);
  expect_same(value(store->find_case("c-2")).value(), bare);
  EXPECT_EQ(value(store->find_case("c-3")), std::nullopt);
}

TEST(RoundTrip, ACaseIsReplaced) {
  const auto store = open_or_die(":memory:");
  CaseRow row = case_row("c-1");
  write_or_die(*store, [&](Writer& to) { succeed(to.put_case(row)); });
  row = {};
  row.id = "c-1";
  row.actor = "other";
  row.updated = 6'000;
  write_or_die(*store, [&](Writer& to) { succeed(to.put_case(row)); });
  expect_same(value(store->find_case("c-1")).value(), row);
  EXPECT_EQ(value(store->statistics()).cases, 1U);
}

TEST(RoundTrip, HostileTextInEveryColumn) {
  const auto store = open_or_die(":memory:");
  EventRow event = event_row(kHostile);
  event.event_id = event.case_id = event.actor = event.sighting = event.record = kHostile;
  CaseRow row = case_row(kHostile);
  row.actor = row.account = row.title = row.document = row.opinion = kHostile;
  OutboxRow message = message_row(kHostile);
  message.sink = message.case_id = message.kind = message.notice = kHostile;
  write_or_die(*store, [&](Writer& to) {
    EXPECT_TRUE(value(to.add_event(event)));
    EXPECT_FALSE(value(to.add_event(event))) << "the same bytes are the same fingerprint";
    succeed(to.put_case(row));
    EXPECT_TRUE(value(to.enqueue(message)));
    EXPECT_FALSE(value(to.enqueue(message)));
    succeed(to.set_checkpoint(kHostile, kHostile));
    succeed(to.put_answer({.shape = kHostile, .answer = kHostile, .at = 1}));
    succeed(to.count(kHostile, 1));
  });
  expect_same(value(store->events_by_id(kHostile)).at(0), event);
  expect_same(value(store->events_of_case(kHostile, 9)).at(0), event);
  expect_same(value(store->find_case(kHostile)).value(), row);
  const auto due = due_messages(*store, kHostile, 1'000, 9);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].key, kHostile);
  EXPECT_EQ(due[0].case_id, kHostile);
  EXPECT_EQ(due[0].kind, kHostile);
  EXPECT_EQ(due[0].notice, kHostile);
  EXPECT_EQ(value(store->checkpoint(kHostile)), kHostile);
  EXPECT_EQ(value(store->answer(kHostile)).value().answer, kHostile);
  EXPECT_EQ(value(store->counter(kHostile)), 1U);
  // What C would call the same text is not.
  EXPECT_TRUE(value(store->events_by_id("a")).empty());
}

TEST(RoundTrip, LargestNumbers) {
  const auto store = open_or_die(":memory:");
  CaseRow row = case_row("c-1");
  row.events = row.revision = ~std::uint64_t{0};
  row.first = std::numeric_limits<UnixSeconds>::min();
  row.last = std::numeric_limits<UnixSeconds>::max();
  row.updated = std::numeric_limits<UnixMillis>::max() - 1;
  write_or_die(*store, [&](Writer& to) { succeed(to.put_case(row)); });
  expect_same(value(store->find_case("c-1")).value(), row);
}

TEST(RoundTrip, CheckpointsAnswersCountersSpending) {
  const auto store = open_or_die(":memory:");
  EXPECT_EQ(value(store->checkpoint("lookup")), std::nullopt);
  EXPECT_EQ(value(store->counter("judged")), 0U);
  const SpendingRow spent{.minute = 3'600, .model = "m", .tokens = 500, .nano_dollars = 60};
  const SpendingRow given_back{.minute = 3'600, .model = "m", .tokens = -400, .nano_dollars = -50};
  for (int round = 0; round < 2; ++round) {
    write_or_die(*store, [&](Writer& to) {
      succeed(to.set_checkpoint("lookup", "at " + std::to_string(round)));
      succeed(to.put_answer({.shape = "s", .answer = std::to_string(round), .at = round}));
      succeed(to.count("judged", 20));
      succeed(to.add_spending(spent));
      succeed(to.add_spending(given_back));
    });
  }
  EXPECT_EQ(value(store->checkpoint("lookup")), "at 1");
  EXPECT_EQ(value(store->answer("s")).value().answer, "1");
  EXPECT_EQ(value(store->counter("judged")), 40U);
  const auto rows = value(store->spending_since(3'600));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].minute, 3'600);
  EXPECT_EQ(rows[0].model, "m");
  EXPECT_EQ(rows[0].tokens, 200);
  EXPECT_EQ(rows[0].nano_dollars, 20);
  EXPECT_TRUE(value(store->spending_since(3'601)).empty());
}

}  // namespace
}  // namespace trailwarden::store
