#include "watch/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parts.h"

namespace trailwarden::watch {
namespace {

using sink::InDoubt;
using sink::Postponed;
using sink::Refused;
using sink::Sent;
using std::chrono::milliseconds;
using store::OutboxState;
using testing::ElementsAre;

class DispatcherTest : public testing::Test {
 protected:
  DispatcherTest()
      : store_(store::Store::open(":memory:").value()),
        log_(LogForm::Text, clock_.reader(),
             [this](std::string_view line) { lines_.emplace_back(line); }) {
    restart();
  }

  void restart() {
    dispatcher_ = std::make_unique<Dispatcher>(DispatcherSetup{.store = *store_,
                                                               .sink = sink_,
                                                               .metrics = metrics_,
                                                               .log = log_,
                                                               .now = clock_.reader(),
                                                               .chance = [] { return 0.0; }});
  }

  void enqueue(const std::string& case_id, sink::NoticeKind kind = sink::NoticeKind::Opened) {
    sink::Notice notice;
    notice.kind = kind;
    notice.case_id = case_id;
    notice.verdict = triage::Verdict::Dangerous;
    store::OutboxRow row;
    row.key = case_id + "-" + std::string(to_string(kind));
    row.sink = sink_.name();
    row.case_id = case_id;
    row.kind = to_string(kind);
    row.notice = to_json(notice);
    row.created = row.due = clock_.now;
    ASSERT_TRUE(store_->write([&](store::Writer& to) -> Result<void> {
      EXPECT_TRUE(to.enqueue(row).value());
      return {};
    }));
  }

  void drain() { ASSERT_TRUE(dispatcher_->drain({})); }
  std::size_t count(OutboxState state) { return store_->messages(state, 100).value().size(); }

  ManualClock clock_;
  FakeSink sink_;
  Metrics metrics_;
  std::vector<std::string> lines_;
  std::unique_ptr<store::Store> store_;
  Log log_;
  std::unique_ptr<Dispatcher> dispatcher_;
};

TEST_F(DispatcherTest, SendsWhatIsDueOnce) {
  enqueue("c-1");
  enqueue("c-2");
  drain();
  drain();
  EXPECT_EQ(sink_.calls().size(), 2U);
  EXPECT_EQ(count(OutboxState::Sent), 2U);
  EXPECT_EQ(metrics_.of_sink("fake").sent, 2U);
}

TEST_F(DispatcherTest, MessagesOfACaseKeepTheirOrderAndKnowTheFirst) {
  enqueue("c-1");
  enqueue("c-1", sink::NoticeKind::Raised);
  drain();
  ASSERT_THAT(sink_.kinds(), ElementsAre("opened", "raised"));
  EXPECT_EQ(sink_.calls()[0].thread, "");
  EXPECT_EQ(sink_.calls()[1].thread, "reference-1");
}

TEST_F(DispatcherTest, WhatWasPostponedIsSentLaterWithTheSameKey) {
  sink_.answer = [](const FakeSink::Call& call) -> sink::Outcome {
    if (call.attempt < 3) return Postponed{"busy", {}};
    return Sent{"r"};
  };
  enqueue("c-1");
  drain();
  EXPECT_EQ(sink_.calls().size(), 1U);
  clock_.now += 1'000;
  drain();
  EXPECT_EQ(sink_.calls().size(), 2U);
  clock_.now += 1'999;
  drain();
  EXPECT_EQ(sink_.calls().size(), 2U) << "the pause grows";
  clock_.now += 1;
  drain();
  ASSERT_EQ(sink_.calls().size(), 3U);
  EXPECT_EQ(sink_.calls()[2].attempt, 3U);
  EXPECT_EQ(sink_.calls()[0].key, sink_.calls()[2].key);
  EXPECT_FALSE(sink_.calls()[2].in_doubt);
  EXPECT_EQ(count(OutboxState::Sent), 1U);
}

TEST_F(DispatcherTest, WaitsAsLongAsItIsAskedTo) {
  sink_.answer = [](const FakeSink::Call&) -> sink::Outcome {
    return Postponed{"rate limited", milliseconds{30'000}};
  };
  enqueue("c-1");
  drain();
  clock_.now += 29'999;
  drain();
  EXPECT_EQ(sink_.calls().size(), 1U);
  clock_.now += 1;
  drain();
  EXPECT_EQ(sink_.calls().size(), 2U);
}

TEST_F(DispatcherTest, LaterWordsOfACaseWaitForTheFirst) {
  sink_.answer = [](const FakeSink::Call&) -> sink::Outcome { return Postponed{"busy", {}}; };
  enqueue("c-1");
  enqueue("c-1", sink::NoticeKind::Raised);
  enqueue("c-2");
  drain();
  EXPECT_THAT(sink_.kinds(), ElementsAre("opened", "opened"));
}

TEST_F(DispatcherTest, WhatIsInDoubtIsToldToTheSink) {
  sink_.answer = [](const FakeSink::Call& call) -> sink::Outcome {
    if (call.attempt == 1) return InDoubt{"no answer"};
    return Sent{"r"};
  };
  enqueue("c-1");
  drain();
  EXPECT_EQ(metrics_.of_sink("fake").in_doubt, 1U);
  clock_.now += 1'000;
  drain();
  ASSERT_EQ(sink_.calls().size(), 2U);
  EXPECT_TRUE(sink_.calls()[1].in_doubt);
}

TEST_F(DispatcherTest, WhatIsRefusedIsADeadLetterWithItsReason) {
  sink_.answer = [](const FakeSink::Call&) -> sink::Outcome { return Refused{"no such channel"}; };
  enqueue("c-1");
  enqueue("c-1", sink::NoticeKind::Raised);
  drain();
  EXPECT_EQ(sink_.calls().size(), 2U) << "a dead letter holds up nobody";
  const auto dead = store_->messages(OutboxState::Dead, 10).value();
  ASSERT_EQ(dead.size(), 2U);
  EXPECT_EQ(dead[0].reason, "no such channel");
  EXPECT_THAT(lines_.front(), testing::HasSubstr("no such channel"));
}

TEST_F(DispatcherTest, WhatNobodyTakesForDaysIsGivenUp) {
  sink_.answer = [](const FakeSink::Call&) -> sink::Outcome { return Postponed{"busy", {}}; };
  enqueue("c-1");
  for (int hour = 0; hour < 74; ++hour) {
    drain();
    clock_.now += 3'600'000;
  }
  EXPECT_EQ(count(OutboxState::Dead), 1U);
}

TEST_F(DispatcherTest, ANoticeThatCannotBeReadHoldsUpNobody) {
  store::OutboxRow row;
  row.key = "k";
  row.sink = "fake";
  row.case_id = "c-1";
  row.kind = "opened";
  row.notice = "{";
  row.created = row.due = clock_.now;
  ASSERT_TRUE(store_->write([&](store::Writer& to) -> Result<void> {
    EXPECT_TRUE(to.enqueue(row).value());
    return {};
  }));
  enqueue("c-2");
  drain();
  EXPECT_EQ(count(OutboxState::Dead), 1U);
  EXPECT_EQ(count(OutboxState::Sent), 1U);
}

TEST(PauseBehind, DoublesUpToItsBound) {
  const DispatchLimits limits;
  EXPECT_EQ(pause_behind(limits, 1, 0), milliseconds{1'000});
  EXPECT_EQ(pause_behind(limits, 2, 0), milliseconds{2'000});
  EXPECT_EQ(pause_behind(limits, 5, 0), milliseconds{16'000});
  EXPECT_EQ(pause_behind(limits, 100, 0), milliseconds{600'000});
  EXPECT_EQ(pause_behind(limits, 2, 0.5), milliseconds{2'500});
}

}  // namespace
}  // namespace trailwarden::watch
