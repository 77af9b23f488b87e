#include "source/sqs_ledger.h"

namespace trailwarden::source {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Arrival = SqsLedger::Arrival;

SqsMessage message(const std::string& handle) { return {"m", handle, "body", 1}; }

// A ledger with one message that is done.
struct OneDone {
  OneDone() {
    EXPECT_EQ(ledger.receive(message("h1"), now), Arrival::New);
    ledger.add_text("m", "text");
    const auto part = ledger.take(now);
    EXPECT_FALSE(ledger.settle(part->receipt, std::nullopt, now));
  }
  SteadyTime now{std::chrono::hours(1)};
  SqsLedger ledger{seconds{100}};
};

TEST(SqsLedger, AMessageThatComesAgainWhileItIsDeletedIsDeletedByItsNewHandle) {
  OneDone one;
  const auto sent = one.ledger.to_delete(one.now, milliseconds{0});
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_TRUE(one.ledger.to_delete(one.now, milliseconds{0}).empty()) << "it is on its way";
  EXPECT_EQ(one.ledger.receive(message("h2"), one.now), Arrival::Known);
  EXPECT_FALSE(one.ledger.deleted(sent[0], BatchFate::Done, one.now)) << "that says nothing";
  const auto again = one.ledger.to_delete(one.now, milliseconds{0});
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].receipt_handle, "h2");
  EXPECT_TRUE(one.ledger.deleted(again[0], BatchFate::Done, one.now));
  EXPECT_EQ(one.ledger.message_count(), 0U);
  EXPECT_EQ(one.ledger.body_bytes(), 0U);
}

TEST(SqsLedger, AnAnswerAboutAnOldHandleHidesNothing) {
  OneDone one;
  one.now += seconds{60};
  const auto sent = one.ledger.to_hide(one.now);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(one.ledger.receive(message("h2"), one.now), Arrival::Known);
  one.ledger.hidden(sent[0], BatchFate::Refused, one.now);
  EXPECT_TRUE(one.ledger.next_hiding()) << "under its new handle it is ours";
}

TEST(SqsLedger, WhatIsOnItsWayToBeDeletedIsNotHidden) {
  OneDone one;
  const auto sent = one.ledger.to_delete(one.now, milliseconds{0});
  one.now += seconds{60};
  EXPECT_TRUE(one.ledger.to_hide(one.now).empty());
  EXPECT_FALSE(one.ledger.deleted(sent[0], BatchFate::Again, one.now));
  EXPECT_EQ(one.ledger.to_hide(one.now).size(), 1U) << "not deleted: it must stay ours";
}

TEST(SqsLedger, RemembersWhatWasDoneOnlyForAWhile) {
  SqsLedger ledger(seconds{100});
  const SteadyTime now{};
  for (int i = 0; i <= 10'000; ++i) {
    const std::string id = std::to_string(i);
    ledger.receive({id, "h", "body", 1}, now);
    ledger.done(id, now);
    ledger.forget(id);
  }
  EXPECT_EQ(ledger.receive({"0", "h", "body", 2}, now), Arrival::New);
  EXPECT_EQ(ledger.receive({"10000", "h", "body", 2}, now), Arrival::Done);
}

}  // namespace
}  // namespace trailwarden::source
