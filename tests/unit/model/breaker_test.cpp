#include "model/breaker.h"

namespace trailwarden::model {
namespace {

using std::chrono::seconds;

TEST(Breaker, OpensProbesAndRestsLonger) {
  Breaker breaker({.failures = 2, .rest = seconds(10), .rest_max = seconds(25)});
  Breaker::Time now{};
  const auto fail = [&] {
    EXPECT_TRUE(breaker.admit(now));
    breaker.failed(now);
  };
  fail();
  EXPECT_EQ(breaker.state(), Breaker::State::Closed);
  fail();
  EXPECT_EQ(to_string(breaker.state()), "open");
  for (const int rest : {10, 20, 25, 25}) {
    now += seconds(rest) - seconds(1);
    EXPECT_FALSE(breaker.admit(now)) << rest;
    now += seconds(1);
    fail();
  }
  now += seconds(25);
  EXPECT_TRUE(breaker.admit(now));
  EXPECT_EQ(to_string(breaker.state()), "half-open");
  EXPECT_FALSE(breaker.admit(now)) << "one probe at a time";
  breaker.succeeded();
  EXPECT_EQ(to_string(breaker.state()), "closed");
  EXPECT_TRUE(breaker.admit(now));
}

TEST(Breaker, SuccessForgetsFailures) {
  Breaker breaker({.failures = 2});
  for (int i = 0; i < 5; ++i) {
    breaker.failed({});
    breaker.succeeded();
  }
  EXPECT_EQ(breaker.state(), Breaker::State::Closed);
}

TEST(Breaker, AProbeThatTellsNothingIsFollowedByAnother) {
  Breaker breaker({.failures = 1, .rest = seconds(1)});
  breaker.failed({});
  const Breaker::Time later{seconds(1)};
  EXPECT_TRUE(breaker.admit(later));
  breaker.undecided();
  EXPECT_TRUE(breaker.admit(later));
}

TEST(Breaker, LateFailuresDoNotProlongARest) {
  Breaker breaker({.failures = 1, .rest = seconds(10)});
  EXPECT_TRUE(breaker.admit({}));
  EXPECT_TRUE(breaker.admit({}));
  breaker.failed({});
  breaker.failed(Breaker::Time{seconds(9)});
  EXPECT_TRUE(breaker.admit(Breaker::Time{seconds(10)}));
}

}  // namespace
}  // namespace trailwarden::model
