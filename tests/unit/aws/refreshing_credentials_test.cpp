#include "aws/refreshing_credentials.h"

#include <atomic>
#include <latch>
#include <thread>

namespace trailwarden::aws {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const SystemTime kStart{hours{500'000}};

// Gives "K1", "K2", … with the life it was told, or fails; may be held in the middle of a fetch.
struct Script {
  std::atomic<int> fetches = 0;
  std::atomic<bool> fails = false;
  std::optional<SystemTime::duration> life = hours{1};
  std::function<SystemTime()> now;
  std::function<void(const std::stop_token&)> in_fetch = [](const std::stop_token&) {};
};

class ScriptedSource final : public CredentialsSource {
 public:
  explicit ScriptedSource(Script& script) : script_(script) {}
  Outcome<Credentials> fetch(const std::stop_token& stop) override {
    const int number = ++script_.fetches;
    script_.in_fetch(stop);
    if (stop.stop_requested()) {
      auto failure = no_credentials("stopped");
      failure.value().kind = Failure::Kind::Cancelled;
      return failure;
    }
    if (script_.fails) return no_credentials("the source is down");
    Credentials keys{"K" + std::to_string(number), "secret", "", {}, {}};
    if (script_.life) keys.expires = script_.now() + *script_.life;
    return keys;
  }
  std::string name() const override { return "the test"; }

 private:
  Script& script_;
};

class Refreshing : public testing::Test {
 protected:
  Refreshing() {
    script.now = [this] { return time(); };
    keys = std::make_unique<RefreshingCredentials>(std::make_unique<ScriptedSource>(script),
                                                   [this] { return time(); });
  }
  SystemTime time() const { return kStart + seconds{offset}; }
  void pass(SystemTime::duration span) {
    offset += std::chrono::duration_cast<seconds>(span).count();
  }
  std::string get() {
    const auto found = keys->get({});
    return found ? found->access_key_id : to_string(found.error());
  }

  Script script;
  std::atomic<long> offset = 0;
  std::unique_ptr<RefreshingCredentials> keys;
};

TEST_F(Refreshing, KeepsKeysUntilFifteenMinutesBeforeTheirEnd) {
  EXPECT_EQ(get(), "K1");
  pass(minutes{45} - seconds{1});
  EXPECT_EQ(get(), "K1");
  pass(seconds{1});
  EXPECT_EQ(get(), "K2");
}

TEST_F(Refreshing, KeysWithoutAnEndAreNeverRenewed) {
  script.life.reset();
  EXPECT_EQ(get(), "K1");
  pass(hours{10'000});
  EXPECT_EQ(get(), "K1");
}

TEST_F(Refreshing, AFailureBeforeTheLastTenMinutesIsToleratedAndNotRepeatedAtOnce) {
  EXPECT_EQ(get(), "K1");
  script.fails = true;
  pass(minutes{46});
  EXPECT_EQ(get(), "K1");
  EXPECT_EQ(get(), "K1");
  EXPECT_EQ(script.fetches, 2);
  pass(minutes{1});
  EXPECT_EQ(get(), "K1");
  EXPECT_EQ(script.fetches, 3);
}

TEST_F(Refreshing, AFailureInTheLastTenMinutesIsAnError) {
  EXPECT_EQ(get(), "K1");
  script.fails = true;
  pass(minutes{50});
  EXPECT_EQ(get(), "no credentials from the test: the source is down");
  script.fails = false;
  EXPECT_EQ(get(), "K3");
}

TEST_F(Refreshing, ShortLivedKeysAreNotRenewedWithEveryCall) {
  script.life = minutes{6};
  EXPECT_EQ(get(), "K1");
  pass(minutes{3} - seconds{1});
  EXPECT_EQ(get(), "K1");
  pass(seconds{1});
  EXPECT_EQ(get(), "K2");
}

TEST_F(Refreshing, KeysThatComeExpiredAreAnError) {
  script.life = seconds{0};
  EXPECT_EQ(get(), "no credentials from the test: the keys that came had already expired");
}

TEST_F(Refreshing, DiscardedKeysAreRenewedUnlessOthersDidSo) {
  const Credentials first = *keys->get({});
  keys->discard(first);
  EXPECT_EQ(get(), "K2");
  keys->discard(first);  // A slower thread says the same of keys that are gone already.
  EXPECT_EQ(get(), "K2");
}

TEST_F(Refreshing, OneThreadRenewsWhileOthersGoOn) {
  EXPECT_EQ(get(), "K1");
  pass(minutes{46});
  std::latch inside(1);
  std::latch go(1);
  script.in_fetch = [&](const std::stop_token&) {
    inside.count_down();
    go.wait();
  };
  std::string renewed;
  std::jthread renewer([&] { renewed = get(); });
  inside.wait();
  EXPECT_EQ(get(), "K1");  // Does not wait.
  go.count_down();
  renewer.join();
  EXPECT_EQ(renewed, "K2");
  EXPECT_EQ(script.fetches, 2);
}

TEST_F(Refreshing, AllWaitForOneRenewalThatMustBe) {
  constexpr int kThreads = 8;
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] { wrong += get() == "K1" ? 0 : 1; });
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(script.fetches, 1);
}

TEST_F(Refreshing, ThoseWhoWaitedFailTogether) {
  script.fails = true;
  std::latch inside(1);
  std::latch go(1);
  script.in_fetch = [&](const std::stop_token&) {
    if (script.fetches > 1) return;
    inside.count_down();
    go.wait();
  };
  std::jthread renewer([&] { EXPECT_NE(get().find("is down"), std::string::npos); });
  inside.wait();
  std::atomic<bool> is_there = false;
  std::jthread waiter([&] {
    is_there = true;
    EXPECT_NE(get().find("is down"), std::string::npos);
  });
  while (!is_there) std::this_thread::yield();
  go.count_down();
}

TEST_F(Refreshing, AStopEndsTheWaitAndLeavesTheOthersAlone) {
  std::latch inside(1);
  std::latch go(1);
  script.in_fetch = [&](const std::stop_token&) {
    if (script.fetches > 1) return;
    inside.count_down();
    go.wait();
  };
  std::stop_source stop;
  std::jthread renewer([&] {
    const auto found = keys->get(stop.get_token());  // Its own stop: Cancelled.
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, Failure::Kind::Cancelled);
  });
  inside.wait();
  std::stop_source impatient;
  std::jthread other([&] {
    const auto found = keys->get(impatient.get_token());
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, Failure::Kind::Cancelled);
  });
  impatient.request_stop();
  other.join();
  std::jthread patient([&] { EXPECT_EQ(get(), "K2"); });  // Asks anew when the renewer gave up.
  stop.request_stop();
  go.count_down();
}

TEST_F(Refreshing, ManyThreadsAndDiscardsInAnyOrder) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        const auto found = keys->get({});
        ASSERT_TRUE(found);
        if (round % 10 == 0) keys->discard(*found);
        if (round % 7 == 0) pass(minutes{5});
      }
    });
  }
}

}  // namespace
}  // namespace trailwarden::aws
