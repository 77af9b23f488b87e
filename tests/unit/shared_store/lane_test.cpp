#include "shared_store/lane.h"

#include <gtest/gtest.h>

#include "../store/rows.h"

namespace trailwarden::shared_store {
namespace {

using store::message_row;
using store::OutboxRow;
using store::OutboxState;

OutboxRow message(const std::string& key, const std::string& kind) {
  OutboxRow row = message_row(key);
  row.kind = kind;
  return row;
}

Lane lane_of_a_case() {
  Lane lane;
  lane.version = 7;
  lane.case_id = "c-1";
  lane.sink = "slack:C1";
  return lane;
}

TEST(LaneTest, ComesBackAsItWas) {
  Lane lane = lane_of_a_case();
  EXPECT_TRUE(lane.enqueue(message("k1", "opened")));
  EXPECT_TRUE(lane.enqueue(message("k2", "raised")));
  EXPECT_TRUE(lane.enqueue(message("k3", "opinion")));
  EXPECT_EQ(lane.begin(1'000).attempts, 0U);
  lane.mark_sent(1, "1772541667.000100");
  lane.begin(2'000);
  lane.bury(2, "no such channel");
  lane.begin(3'000);

  const auto back = lane_from_document(to_document(lane), 8);
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(back->version, 8U);
  EXPECT_EQ(back->case_id, "c-1");
  EXPECT_EQ(back->sink, "slack:C1");
  EXPECT_EQ(back->thread, "1772541667.000100");
  EXPECT_EQ(back->last_id, 3);
  EXPECT_EQ(back->keys, (std::vector<std::string>{"k1", "k2", "k3"}));
  ASSERT_EQ(back->open.size(), 1U);
  const OutboxRow& open = back->open[0];
  EXPECT_EQ(open.id, 3);
  EXPECT_EQ(open.key, "k3");
  EXPECT_EQ(open.kind, "opinion");
  EXPECT_EQ(open.sink, "slack:C1");
  EXPECT_EQ(open.case_id, "c-1");
  EXPECT_EQ(open.notice, message_row("k3").notice);
  EXPECT_EQ(open.state, OutboxState::Sending);
  EXPECT_EQ(open.attempts, 1U);
  EXPECT_EQ(open.created, 100);
  EXPECT_EQ(open.due, 3'000 + std::chrono::milliseconds(store::kAttemptMax).count());
  EXPECT_EQ(open.first_tried, 3'000);
  EXPECT_EQ(open.tried, 3'000);
  ASSERT_EQ(back->dead.size(), 1U);
  EXPECT_EQ(back->dead[0].reason, "no such channel");
  EXPECT_EQ(back->dead[0].state, OutboxState::Dead);
}

TEST(LaneTest, DamageIsFoundWhereverItIs) {
  Lane lane = lane_of_a_case();
  for (const char* key : {"a", "b", "c"}) EXPECT_TRUE(lane.enqueue(message(key, "opened")));
  const std::string whole = to_document(lane);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(lane_from_document(whole.substr(0, size), 1)) << size;
  }
  std::string newer = whole;
  newer[0] = 2;
  const auto refused = lane_from_document(newer, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Unsupported);
}

TEST(LaneTest, HasABoundHoweverManyAreAdded) {
  Lane lane = lane_of_a_case();
  for (int i = 0; i < 500; ++i) {
    EXPECT_TRUE(lane.enqueue(message("k" + std::to_string(i), "opinion")));
  }
  EXPECT_EQ(lane.open.size(), 40U);
  EXPECT_LE(lane.keys.size(), 100U);
  EXPECT_EQ(lane.open.front().key, "k0") << "what waits the longest stays";
  EXPECT_EQ(lane.last_id, 500);
  for (int i = 0; i < 40; ++i) {
    const std::int64_t id = lane.open.front().id;
    lane.begin(1'000);
    lane.bury(id, "full");
  }
  EXPECT_EQ(lane.dead.size(), 10U);
}

TEST(LaneTest, AnAttemptEndsOnce) {
  Lane lane = lane_of_a_case();
  EXPECT_TRUE(lane.enqueue(message("k", "opened")));
  EXPECT_EQ(lane.being_sent(1, 1), nullptr) << "nobody began";
  lane.begin(1'000);
  EXPECT_NE(lane.being_sent(1, 1), nullptr);
  lane.begin(9'000'000);  // Somebody else, when it was in doubt.
  EXPECT_EQ(lane.being_sent(1, 1), nullptr);
  EXPECT_NE(lane.being_sent(1, 2), nullptr);
  lane.mark_sent(1, "ts");
  EXPECT_EQ(lane.being_sent(1, 2), nullptr);
  EXPECT_FALSE(lane.due());
}

}  // namespace
}  // namespace trailwarden::shared_store
