#include "model/guard.h"

#include <deque>
#include <thread>

#include "scripted.h"

namespace trailwarden::model {
namespace {

using std::chrono::milliseconds;
using Kind = Failure::Kind;

Reply good(std::optional<Usage> usage = Usage{100, 10, 0, 0}) {
  Reply reply;
  reply.text = "fine";
  reply.usage = usage;
  return reply;
}

Failure bad(Kind kind, bool worth_retrying) {
  Failure failure;
  failure.kind = kind;
  failure.service = "Test";
  failure.attempts = 1;
  failure.worth_retrying = worth_retrying;
  return failure;
}

// Gives prepared outcomes, the last again and again.
class Prepared final : public Provider {
 public:
  explicit Prepared(std::deque<Outcome<Reply>> outcomes) : outcomes_(std::move(outcomes)) {}
  Outcome<Reply> ask(const Request&, milliseconds, const std::stop_token&) override {
    const std::lock_guard lock(mutex_);
    ++asked;
    Outcome<Reply> outcome = outcomes_.front();
    if (outcomes_.size() > 1) outcomes_.pop_front();
    return outcome;
  }
  const std::string& service() const override { return service_; }
  const std::string& model() const override { return service_; }
  std::atomic<unsigned> asked{0};

 private:
  std::string service_ = "Test";
  std::mutex mutex_;
  std::deque<Outcome<Reply>> outcomes_;
};

// A guard in a world where waiting takes no time.
struct World {
  World(std::deque<Outcome<Reply>> outcomes, GuardOptions options) {
    auto made = std::make_unique<Prepared>(std::move(outcomes));
    provider = made.get();
    options.now = [this] { return now; };
    options.sleep = [this](milliseconds wait, const std::stop_token&) {
      waits.push_back(wait);
      now += wait;
    };
    options.random = [] { return 0.5; };
    guard.emplace(std::move(made), std::move(options));
  }
  Outcome<Reply> ask(milliseconds time = milliseconds(60'000)) {
    return guard->ask(a_question(), time, {});
  }
  std::chrono::steady_clock::time_point now{};
  std::vector<milliseconds> waits;
  Prepared* provider = nullptr;
  std::optional<Guard> guard;
};

tl::unexpected<Failure> no(Kind kind, bool worth_retrying) {
  return tl::unexpected(bad(kind, worth_retrying));
}

TEST(Guard, TriesAgainWhatMayWork) {
  World world({no(Kind::Throttled, true), no(Kind::Unavailable, true), good()}, {});
  ASSERT_TRUE(world.ask());
  EXPECT_THAT(world.waits, testing::ElementsAre(milliseconds(500), milliseconds(1000)));
  EXPECT_EQ(world.guard->state().attempts, 3U);
  EXPECT_EQ(world.guard->state().answers, 1U);
}

TEST(Guard, WaitsAsLongAsTheServiceAsks) {
  Failure busy = bad(Kind::Throttled, true);
  busy.server_asks = milliseconds(7000);
  World world({tl::unexpected(busy), good()}, {});
  ASSERT_TRUE(world.ask());
  EXPECT_THAT(world.waits, testing::ElementsAre(milliseconds(7000)));
}

TEST(Guard, DoesNotWaitPastItsTime) {
  Failure busy = bad(Kind::Throttled, true);
  busy.server_asks = milliseconds(7000);
  World world({tl::unexpected(busy), good()}, {});
  const auto reply = world.ask(milliseconds(5000));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, Kind::Throttled) << "says what is wrong, not that time is over";
  EXPECT_TRUE(world.waits.empty());
}

TEST(Guard, DoesNotTryAgainWhatCannotWork) {
  World world({no(Kind::Refused, false)}, {});
  EXPECT_EQ(world.ask().error().attempts, 1U);
  EXPECT_EQ(world.provider->asked, 1U);
}

TEST(Guard, GivesUpAfterSomeAttempts) {
  World world({no(Kind::Unavailable, true)}, {.attempts_max = 3});
  const auto reply = world.ask();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().attempts, 3U);
  EXPECT_EQ(world.provider->asked, 3U);
}

TEST(Guard, AServiceInTroubleGetsARest) {
  World world(
      {no(Kind::Unavailable, false), no(Kind::Unavailable, false), good()},
      {.breaker = {.failures = 2, .rest = milliseconds(1000), .rest_max = milliseconds(5000)}});
  EXPECT_EQ(world.ask().error().kind, Kind::Unavailable);
  EXPECT_EQ(world.ask().error().kind, Kind::Unavailable);
  EXPECT_EQ(world.guard->state().breaker, Breaker::State::Open);
  EXPECT_EQ(world.ask().error().kind, Kind::Resting);
  EXPECT_EQ(world.provider->asked, 2U);
  world.now += milliseconds(1000);
  EXPECT_TRUE(world.ask()) << "the probe";
  EXPECT_EQ(world.guard->state().breaker, Breaker::State::Closed);
  EXPECT_EQ(world.guard->state().resting, 1U);
}

TEST(Guard, RetriesThatOpenTheBreakerEndWithWhatWasWrong) {
  World world({no(Kind::Unavailable, true)},
              {.attempts_max = 9, .breaker = {.failures = 2, .rest = milliseconds(9000)}});
  const auto reply = world.ask();
  EXPECT_EQ(reply.error().kind, Kind::Unavailable);
  EXPECT_EQ(world.provider->asked, 2U);
}

TEST(Guard, AQuestionThatIsRefusedSaysNothingAboutTheService) {
  World world({no(Kind::Refused, false)}, {.breaker = {.failures = 1}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(world.ask().error().kind, Kind::Refused);
}

TEST(Guard, NothingIsAskedThatTheBudgetDoesNotCover) {
  MemoryLedger ledger;
  const std::uint64_t most = input_bound(a_question()) + 300;
  auto budget = Budget::open({.tokens_per_hour = most + 150}, ledger, [] { return 0; });
  ASSERT_TRUE(budget);
  World world({good()}, {.budget = budget->get()});
  EXPECT_TRUE(world.ask()) << "costs 110";
  const auto second = world.ask();
  EXPECT_TRUE(second) << "costs 110, at most " << most;
  const auto third = world.ask();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().kind, Kind::OverBudget);
  EXPECT_EQ(world.provider->asked, 2U);
  EXPECT_EQ(world.guard->state().over_budget, 1U);
  EXPECT_EQ((*budget)->spent().hour.tokens, 220U);
}

struct Billing {
  const char* why;
  Outcome<Reply> outcome;
  bool all;  // Whether the bound stays spent.
};

TEST(Guard, WhatMayBeBilledIsSpent) {
  Failure lost = bad(Kind::Unavailable, false);
  lost.may_be_billed = true;
  const std::uint64_t most = input_bound(a_question()) + 300;
  const Billing kBilling[] = {
      {"refused before any work", no(Kind::Throttled, false), false},
      {"an answer that got lost", tl::unexpected(lost), true},
      {"an answer without usage", good(std::nullopt), true},
  };
  for (const Billing& each : kBilling) {
    MemoryLedger ledger;
    auto budget = Budget::open({}, ledger, [] { return 0; });
    const Price price{.input = 1, .output = 2, .cache_read = 0.1, .cache_write = 1.25};
    World world({each.outcome}, {.price = price, .budget = budget->get()});
    (void)world.ask();
    EXPECT_EQ((*budget)->spent().hour.tokens, each.all ? most : 0U) << each.why;
    const Usd bound = cost_bound(input_bound(a_question()), 300, price);
    EXPECT_EQ(world.guard->state().cost, each.all ? bound : Usd{}) << each.why;
  }
}

TEST(Guard, ManyAskAtOnceButNotTooMany) {
  class Slow final : public Provider {
   public:
    Outcome<Reply> ask(const Request&, milliseconds, const std::stop_token&) override {
      const unsigned here = ++inside;
      unsigned seen = most.load();
      while (here > seen && !most.compare_exchange_weak(seen, here)) {
      }
      std::this_thread::sleep_for(milliseconds(5));
      --inside;
      return good();
    }
    const std::string& service() const override { return name; }
    const std::string& model() const override { return name; }
    std::string name = "Slow";
    std::atomic<unsigned> inside{0}, most{0};
  };
  auto made = std::make_unique<Slow>();
  Slow& slow = *made;
  Guard guard(std::move(made), {.concurrency_max = 3});
  std::vector<std::jthread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&] { EXPECT_TRUE(guard.ask(a_question(), kTime, {})); });
  }
  threads.clear();
  EXPECT_LE(slow.most, 3U);
  EXPECT_EQ(guard.state().answers, 12U);
  EXPECT_EQ(guard.state().under_way, 0U);
}

TEST(Guard, StopsWaitingWhenAsked) {
  World world({good()}, {});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(world.guard->ask(a_question(), kTime, stop.get_token()).error().kind, Kind::Cancelled);
  EXPECT_EQ(world.provider->asked, 0U);
}

TEST(InputBound, IsNoLessThanTheBytes) {
  const Request question = a_question();
  std::size_t bytes = question.system.size() + question.form->schema.size();
  for (const Turn& turn : question.turns) bytes += turn.text.size();
  EXPECT_GT(input_bound(question), bytes);
}

}  // namespace
}  // namespace trailwarden::model
