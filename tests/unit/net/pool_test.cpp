// Idle connections: which are given out again, and which are forgotten.
#include <gtest/gtest.h>

#include <algorithm>

#include "net/connection.h"

namespace trailwarden::net {
namespace {

using namespace std::chrono_literals;

// Counts how many of it are alive; open unless told otherwise.
class FakeTransport final : public Transport {
 public:
  FakeTransport(int& alive, bool is_open) : alive_(alive), is_open_(is_open) { ++alive_; }
  ~FakeTransport() override { --alive_; }
  Outcome<std::size_t> read_some(std::span<char>, const Wait&) override { return 0; }
  Outcome<std::size_t> write_some(std::string_view bytes, const Wait&) override {
    return bytes.size();
  }
  bool is_idle() override { return is_open_; }

 private:
  int& alive_;
  bool is_open_;
};

class PoolTest : public testing::Test {
 protected:
  // Gives a connection back; returns what tells it apart.
  const Connection* give(const std::string& peer, SteadyTime now, bool is_open = true) {
    auto connection = std::make_unique<Connection>();
    connection->transport = std::make_unique<FakeTransport>(alive_, is_open);
    const Connection* const result = connection.get();
    pool_.give(peer, std::move(connection), now);
    return result;
  }

  int alive_ = 0;
  Pool pool_;
  const SteadyTime start_{1'000'000s};
};

TEST_F(PoolTest, GivesOutTheOneUsedLastAndOnlyToItsPeer) {
  give("a", start_);
  const Connection* const second = give("a", start_ + 1s);
  EXPECT_EQ(pool_.take("b", start_ + 2s), nullptr);
  const auto taken = pool_.take("a", start_ + 2s);
  EXPECT_EQ(taken.get(), second);
  EXPECT_TRUE(taken->is_reused);
  EXPECT_NE(pool_.take("a", start_ + 2s), nullptr);
  EXPECT_EQ(pool_.take("a", start_ + 2s), nullptr);
}

TEST_F(PoolTest, ForgetsWhatWasIdleTooLong) {
  give("a", start_);
  EXPECT_EQ(pool_.take("a", start_ + 20s), nullptr);
  EXPECT_EQ(alive_, 0);
  give("a", start_);
  EXPECT_NE(pool_.take("a", start_ + 19s), nullptr);
}

TEST_F(PoolTest, ForgetsWhatTheServerClosed) {
  give("a", start_);
  give("a", start_, /*is_open=*/false);
  EXPECT_NE(pool_.take("a", start_), nullptr);
  EXPECT_EQ(alive_, 0);
}

TEST_F(PoolTest, ClosesOldConnectionsOfPeersThatNobodyAsksForAgain) {
  for (int i = 0; i < 10; ++i) give("peer " + std::to_string(i), start_);
  give("another", start_ + 21s);
  EXPECT_EQ(alive_, 1);
}

TEST_F(PoolTest, KeepsABoundedNumber) {
  for (int i = 0; i < 100; ++i) give("a", start_);
  EXPECT_EQ(alive_, 32);
}

TEST(Inbox, KeepsWhatWasNotUnderstood) {
  Inbox inbox;
  const std::string_view text = "abcdef";
  std::copy(text.begin(), text.end(), inbox.space().begin());
  inbox.filled(text.size());
  inbox.consume(2);
  EXPECT_EQ(inbox.bytes(), "cdef");
  inbox.space()[0] = 'g';
  inbox.filled(1);
  EXPECT_EQ(inbox.bytes(), "cdefg");
  EXPECT_FALSE(inbox.is_full());
  while (!inbox.space().empty()) inbox.filled(inbox.space().size());
  EXPECT_TRUE(inbox.is_full());
  EXPECT_EQ(inbox.bytes().substr(0, 5), "cdefg");
  EXPECT_TRUE(inbox.space().empty());
}

}  // namespace
}  // namespace trailwarden::net
