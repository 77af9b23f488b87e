#include "model/budget.h"

#include <functional>
#include <thread>
#include <utility>

namespace trailwarden::model {
namespace {

// Keeps what it is told, and can fail.
class Book final : public Ledger {
 public:
  Result<std::vector<Spending>> load(UnixSeconds since) override {
    std::vector<Spending> changes;
    for (const Spending& each : written) {
      if (each.time >= since) changes.push_back(each);
    }
    return changes;
  }
  Result<void> append(const Spending& change) override {
    if (broken) return fail(ErrorCode::Io, "the disk is full");
    written.push_back(change);
    return {};
  }
  std::vector<Spending> written;
  bool broken = false;
};

struct World {
  explicit World(BudgetLimits limits) {
    auto opened = Budget::open(limits, book, [this] { return now; });
    EXPECT_TRUE(opened);
    budget = std::move(opened).take();
  }
  UnixSeconds now = 1'000'000;
  Book book;
  std::unique_ptr<Budget> budget;
};

TEST(Budget, RefusesWhatItCouldNotCover) {
  World world({.cost_per_hour = dollars(1)});
  EXPECT_TRUE(world.budget->reserve({10, dollars(0.6)}));
  const auto refused = world.budget->reserve({10, dollars(0.5)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::LimitExceeded);
  EXPECT_EQ(refused.error().message,
            "the budget of $1.0000 an hour has no room: $0.6000 spent or reserved, and this "
            "question could cost $0.5000");
  EXPECT_TRUE(world.budget->settle({10, dollars(0.6)}, {3, dollars(0.1)}));
  EXPECT_TRUE(world.budget->reserve({10, dollars(0.9)})) << "to the last cent";
}

TEST(Budget, HoursPassAndDaysTakeLonger) {
  World world({.tokens_per_hour = 100, .tokens_per_day = 150});
  EXPECT_TRUE(world.budget->reserve({100, {}}));
  EXPECT_FALSE(world.budget->reserve({1, {}}));
  world.now += 3599;
  EXPECT_FALSE(world.budget->reserve({1, {}})) << "not a minute early";
  world.now += 61 + 60;
  EXPECT_TRUE(world.budget->reserve({50, {}}));
  EXPECT_FALSE(world.budget->reserve({1, {}})) << "the day's";
  world.now += 86'400 - 3600;
  EXPECT_FALSE(world.budget->reserve({101, {}}));
  EXPECT_TRUE(world.budget->reserve({100, {}}));
}

TEST(Budget, ACrashFreesNothing) {
  World world({.tokens_per_day = 100});
  EXPECT_TRUE(world.budget->reserve({80, {}}));
  // The process dies here, and another one begins with the same book.
  auto next = Budget::open({.tokens_per_day = 100}, world.book, [&] { return world.now + 30; });
  ASSERT_TRUE(next);
  EXPECT_FALSE((*next)->reserve({21, {}}));
  EXPECT_TRUE((*next)->reserve({20, {}}));
}

TEST(Budget, WhatCannotBeWrittenDownIsNotSpent) {
  World world({.tokens_per_day = 100});
  world.book.broken = true;
  EXPECT_FALSE(world.budget->reserve({10, {}}));
  world.book.broken = false;
  EXPECT_TRUE(world.budget->reserve({100, {}}));
  world.book.broken = true;
  EXPECT_FALSE(world.budget->settle({100, {}}, {1, {}}));
  EXPECT_FALSE(world.budget->reserve({1, {}})) << "the reservation stays";
}

TEST(Budget, AClockSetBackGivesNoCredit) {
  World world({.tokens_per_hour = 100});
  EXPECT_TRUE(world.budget->reserve({60, {}}));
  world.now -= 7200;
  EXPECT_FALSE(world.budget->reserve({60, {}}));
}

TEST(Budget, ManyThreadsNeverPassTheCap) {
  World world({.tokens_per_hour = 1000});
  std::atomic<unsigned> granted{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j) granted += world.budget->reserve({10, {}}) ? 1U : 0U;
    });
  }
  threads.clear();
  EXPECT_EQ(granted, 100U);
}

// One book that several processes write to.
class OneForAll final : public Ledger, public SharedLedger {
 public:
  explicit OneForAll(Book& book) : book_(book) {}
  Result<std::vector<Spending>> load(UnixSeconds since) override {
    ++loads;
    return book_.load(since);
  }
  Result<void> append(const Spending& change) override { return book_.append(change); }
  Result<void> append_if(const Spending& change, UnixSeconds since, const Check& may) override {
    if (others) std::exchange(others, nullptr)(may);
    TW_TRY(may(book_.load(since).value()));
    return book_.append(change);
  }
  SharedLedger* shared() override { return this; }

  int loads = 0;
  std::function<void(const Check&)> others;

 private:
  Book& book_;
};

TEST(SharedBudget, IsOneForAll) {
  Book book;
  OneForAll mine(book);
  OneForAll theirs(book);
  const auto now = [] { return UnixSeconds{1'000'000}; };
  const BudgetLimits limits{.tokens_per_day = 100};
  const auto first = Budget::open(limits, mine, now).value();
  const auto second = Budget::open(limits, theirs, now).value();
  EXPECT_EQ(mine.loads, 0) << "nothing is asked before it is needed";
  EXPECT_TRUE(first->reserve({60, {}}));
  EXPECT_FALSE(second->reserve({60, {}})) << "the other has spent it";
  EXPECT_TRUE(first->settle({60, {}}, {20, {}}));
  EXPECT_TRUE(second->reserve({80, {}}));
  EXPECT_EQ(second->spent().day.tokens, 100U);
  EXPECT_FALSE(first->reserve({1, {}}));
  EXPECT_EQ(first->spent().day.tokens, 100U) << "as it was found to be";
}

TEST(SharedBudget, IsCheckedAgainWhereOthersSpentMeanwhile) {
  Book book;
  OneForAll ledger(book);
  const auto budget =
      Budget::open({.tokens_per_day = 100}, ledger, [] { return UnixSeconds{1'000'000}; }).value();
  ledger.others = [&](const SharedLedger::Check& may) {
    EXPECT_TRUE(may({})) << "at first there is room";
    book.written.push_back({1'000'000, 90, {}});
  };
  EXPECT_FALSE(budget->reserve({60, {}}));
  EXPECT_EQ(book.written.size(), 1U);
}

}  // namespace
}  // namespace trailwarden::model
