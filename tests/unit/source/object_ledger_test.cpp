#include "source/object_ledger.h"

namespace trailwarden::source {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;

constexpr sys_days kDay{days{20'000}};
constexpr UnixSeconds kNow = 20'000LL * 86'400;

TEST(ObjectLedger, TakesUpWhatIsNewOnce) {
  const std::vector<ReadObject> read{{1, kDay}};
  ObjectLedger ledger(read);
  EXPECT_FALSE(ledger.take_up({1, kDay}, kNow)) << "an earlier run was done with it";
  EXPECT_TRUE(ledger.take_up({2, kDay}, kNow));
  EXPECT_FALSE(ledger.take_up({2, kDay}, kNow)) << "on its way";
  EXPECT_FALSE(ledger.has_handed_out());
  EXPECT_EQ(ledger.hand_out(2), (ReadObject{2, kDay}));
  EXPECT_TRUE(ledger.has_handed_out());
  ledger.drop_unfetched();
  EXPECT_FALSE(ledger.take_up({2, kDay}, kNow)) << "in somebody's hands";
  ledger.done(2);
  ledger.done(2);
  EXPECT_FALSE(ledger.has_handed_out());
  EXPECT_FALSE(ledger.take_up({2, kDay}, kNow));
}

TEST(ObjectLedger, WhatWasNotFetchedIsTakenUpAgain) {
  ObjectLedger ledger({});
  EXPECT_TRUE(ledger.take_up({1, kDay}, kNow));
  ledger.drop_unfetched();
  EXPECT_TRUE(ledger.take_up({1, kDay}, kNow));
}

TEST(ObjectLedger, WaitsLongerAfterEachFailure) {
  ObjectLedger ledger({});
  UnixSeconds now = kNow;
  for (const int pause : {1, 2, 4, 8, 16, 32, 60, 60}) {
    ASSERT_TRUE(ledger.take_up({1, kDay}, now));
    ledger.hand_out(1);
    EXPECT_EQ(ledger.failed(1, now), minutes{pause});
    EXPECT_FALSE(ledger.has_handed_out());
    now += pause * 60;
    EXPECT_FALSE(ledger.take_up({1, kDay}, now - 1));
    ledger.drop_unfetched();
  }
  EXPECT_EQ(ledger.first_day_in_trouble(), kDay);
  ASSERT_TRUE(ledger.take_up({1, kDay}, now));
  ledger.drop_unfetched();
  EXPECT_EQ(ledger.first_day_in_trouble(), kDay) << "it is still in trouble";
  ASSERT_TRUE(ledger.take_up({1, kDay}, now));
  ledger.hand_out(1);
  ledger.done(1);
  EXPECT_EQ(ledger.first_day_in_trouble(), std::nullopt);
}

TEST(ObjectLedger, GivesUpAfterADay) {
  ObjectLedger ledger({});
  ASSERT_TRUE(ledger.take_up({1, kDay}, kNow));
  ledger.failed(1, kNow);
  ASSERT_TRUE(ledger.take_up({2, kDay + days{1}}, kNow + 60));
  ledger.failed(2, kNow + 60);
  EXPECT_EQ(ledger.give_up_old(kNow + 86'399), 0U);
  EXPECT_EQ(ledger.give_up_old(kNow + 86'400), 1U);
  EXPECT_FALSE(ledger.take_up({1, kDay}, kNow + 90'000)) << "it counts as done";
  EXPECT_EQ(ledger.first_day_in_trouble(), kDay + days{1});
}

TEST(ObjectLedger, ForgetsEarlierDaysThatAreDone) {
  const std::vector<ReadObject> read{{1, kDay}, {2, kDay + days{1}}};
  ObjectLedger ledger(read);
  ASSERT_TRUE(ledger.take_up({3, kDay}, kNow));
  ledger.forget_before(kDay + days{1});
  EXPECT_TRUE(ledger.take_up({1, kDay}, kNow));
  EXPECT_FALSE(ledger.take_up({2, kDay + days{1}}, kNow));
  EXPECT_FALSE(ledger.take_up({3, kDay}, kNow)) << "it was on its way";
}

}  // namespace
}  // namespace trailwarden::source
