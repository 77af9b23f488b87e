#include "watch/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "parts.h"
#include "watch/queue.h"
#include "watch/status.h"

namespace trailwarden::watch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class WatchTest : public testing::Test {
 protected:
  WatchTest()
      : store_(store::Store::open(":memory:").value()),
        log_(LogForm::Json, clock_.reader(),
             [this](std::string_view line) { lines_.emplace_back(line); }) {}

  WatchSetup setup(FakeSource& source) {
    return {.engine = four_rules(),
            .source = source,
            .store = *store_,
            .sinks = {&sink_},
            .metrics = metrics_,
            .log = log_,
            .now = clock_.reader(),
            .chance = [] { return 0.0; }};
  }

  ManualClock clock_;
  FakeSink sink_;
  Metrics metrics_;
  std::vector<std::string> lines_;
  std::unique_ptr<store::Store> store_;
  Log log_;
};

TEST_F(WatchTest, FromASourceToASink) {
  FakeSource source;
  source.add(record("Harmless", "e-0"));
  source.add(record("Critical", "e-1"));
  source.add(record("Critical", "e-2", 1, "trudy") + record("Low", "e-3"));
  ASSERT_TRUE(Watch(setup(source)).run({}));
  EXPECT_THAT(source.done_ones(), UnorderedElementsAre(1U, 2U, 3U));
  EXPECT_TRUE(source.closed);
  EXPECT_THAT(sink_.kinds(), ElementsAre("opened", "opened"));
  EXPECT_EQ(metrics_.read, 4U);
  EXPECT_EQ(metrics_.judged, 4U);
  EXPECT_EQ(metrics_.deliveries, 3U);
}

TEST_F(WatchTest, NothingIsAcknowledgedBeforeItIsStored) {
  FakeSource source;
  source.add(record("Critical", "e-1"));
  source.at_done = [this] { EXPECT_EQ(store_->events_by_id("e-1").value().size(), 1U); };
  ASSERT_TRUE(Watch(setup(source)).run({}));
  EXPECT_EQ(source.done_ones().size(), 1U);
}

TEST_F(WatchTest, AStopFinishesWhatIsUnderWay) {
  FakeSource source(false);
  std::stop_source stop;
  for (int i = 0; i < 200; ++i) source.add(record("High", "e-" + std::to_string(i), i % 60));
  Watch watch(setup(source));
  std::jthread run([&] { EXPECT_TRUE(watch.run(stop.get_token())); });
  while (source.done_ones().size() < 200) std::this_thread::yield();
  stop.request_stop();
  run.join();
  EXPECT_TRUE(source.failed_ones().empty());
  EXPECT_EQ(store_->latest_cases(10).value().front().events, 200U);
}

TEST_F(WatchTest, WhatCannotBeReadGoesBackWithItsReason) {
  FakeSource source;
  source.add("no JSON");
  source.add(record("Critical", "e-1"));
  ASSERT_TRUE(Watch(setup(source)).run({}));
  EXPECT_EQ(source.done_ones().size(), 1U);
  ASSERT_EQ(source.failed_ones().size(), 1U);
  EXPECT_THAT(source.failed_ones().begin()->second, HasSubstr("made up"));
}

TEST_F(WatchTest, ASourceThatCannotGoOnEndsTheRunWithItsError) {
  FakeSource source(false);
  source.fail_with({ErrorCode::Io, "no such queue", ""});
  const auto run = Watch(setup(source)).run({});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().message, "no such queue");
}

TEST_F(WatchTest, ASinkThatFailsHoldsUpNobodyElse) {
  sink_.answer = [](const FakeSink::Call&) -> sink::Outcome { return sink::Postponed{"busy", {}}; };
  FakeSink other("other");
  FakeSource source;
  source.add(record("Critical", "e-1"));
  WatchSetup with_two = setup(source);
  with_two.sinks = {&sink_, &other};
  ASSERT_TRUE(Watch(with_two).run({}));
  EXPECT_EQ(other.calls().size(), 1U);
  EXPECT_EQ(source.done_ones().size(), 1U);
  EXPECT_EQ(store_->statistics().value().pending, 1U);
}

TEST_F(WatchTest, ThePlaceOfASourceIsKept) {
  FakeSource source;
  source.add(record("Low", "e-1"));
  WatchSetup with_place = setup(source);
  with_place.checkpoint = Checkpoint{"file:x", [] { return std::string("here"); }};
  ASSERT_TRUE(Watch(with_place).run({}));
  EXPECT_EQ(store_->checkpoint("file:x").value(), "here");
}

TEST_F(WatchTest, TellsWhetherItIsReadyAndHowItIsDoing) {
  FakeSource source;
  source.add(record("Critical", "e-1"));
  Watch watch(setup(source));
  const auto ask = [&](const std::string& path, const net::Guard& guard = net::Guard(),
                       std::vector<net::Header> headers = {}) {
    net::Request request;
    request.url.target = path;
    request.headers = std::move(headers);
    return answer_status(request, guard, watch, metrics_);
  };
  EXPECT_EQ(ask("/readyz").status, 503U);
  ASSERT_TRUE(watch.run({}));
  EXPECT_EQ(ask("/readyz").status, 200U);
  EXPECT_EQ(ask("/healthz").status, 200U);
  EXPECT_EQ(ask("/other").status, 404U);
  const std::string metrics = ask("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("\ntrailwarden_events_judged_total 1\n"));
  EXPECT_THAT(metrics, HasSubstr("trailwarden_notices_total{sink=\"fake\",outcome=\"sent\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("trailwarden_event_to_sent_seconds_count{sink=\"fake\"} 1\n"));
  const net::Guard guard({"a key of some length"});
  EXPECT_EQ(ask("/metrics", guard).status, 401U);
  EXPECT_EQ(ask("/metrics", guard, {{"Authorization", "Bearer a key of some length"}}).status,
            200U);
}

TEST(Queue, IsBoundedAndEnds) {
  struct Item {
    std::size_t size;
    std::size_t weight() const { return size; }
  };
  Queue<Item> queue(10);
  EXPECT_TRUE(queue.put({6}, {}));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(queue.put({6}, stop.get_token())) << "there is no room";
  EXPECT_TRUE(queue.put({4}, {}));
  EXPECT_EQ(queue.take(6).size(), 1U);
  EXPECT_EQ(queue.take(100).size(), 1U);
  EXPECT_TRUE(queue.put({50}, {})) << "into an empty queue everything fits";
  queue.close();
  EXPECT_EQ(queue.take(1).size(), 1U);
  EXPECT_TRUE(queue.take(1).empty());
}

TEST(Log, TextsCannotForgeALine) {
  std::vector<std::string> lines;
  Log log(
      LogForm::Text, [] { return 0; }, [&](std::string_view line) { lines.emplace_back(line); });
  log.say(LogLevel::Warning, "a\nb\x1b[2J", {{"case", "c\n1"}});
  EXPECT_THAT(lines, ElementsAre("trailwarden: a\\nb\\u001b[2J case=c\\n1"));
}

TEST(Log, AnOutageDoesNotFloodIt) {
  std::vector<std::string> lines;
  std::int64_t now = 5'000;
  Log log(
      LogForm::Json, [&] { return now; }, [&](std::string_view line) { lines.emplace_back(line); });
  for (int i = 0; i < 100; ++i) log.note("no answer");
  EXPECT_EQ(lines.size(), 10U);
  now += 1'000;
  log.note("no answer");
  ASSERT_EQ(lines.size(), 12U);
  EXPECT_EQ(lines[10], R"({"time":"1970-01-01T00:00:06Z","level":"warning",)"
                       R"("message":"90 lines like these were left out"})");
}

}  // namespace
}  // namespace trailwarden::watch
