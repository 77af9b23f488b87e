// Retention: what goes, what stays with a case, how much at a time; and space given back.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "../folder.h"
#include "rows.h"

namespace trailwarden::store {
namespace {

constexpr UnixMillis kOld = 1'000;
constexpr UnixMillis kBefore = 5'000;
constexpr UnixMillis kNew = 9'000;

void put_case(Store& store, const std::string& id, UnixMillis updated) {
  CaseRow row = case_row(id);
  row.updated = updated;
  write_or_die(store, [&](Writer& to) { succeed(to.put_case(row)); });
}

void add_event(Store& store, const std::string& fingerprint, const std::string& case_id,
               UnixMillis received) {
  EventRow row = event_row(fingerprint);
  row.case_id = case_id;
  row.received = received;
  write_or_die(store, [&](Writer& to) { EXPECT_TRUE(value(to.add_event(row))); });
}

void add_message(Store& store, const std::string& key, const std::string& case_id,
                 UnixMillis created, OutboxState state) {
  OutboxRow row = message_row(key);
  row.case_id = case_id;
  row.created = created;
  row.sink = key;  // Each by itself: no order to keep.
  write_or_die(store, [&](Writer& to) {
    EXPECT_TRUE(value(to.enqueue(row)));
    if (state == OutboxState::Pending) return;
    const std::int64_t id = value(to.claim(key, created, 1)).at(0).id;
    if (state == OutboxState::Sent) succeed(to.mark_sent(id, "ts", created));
    if (state == OutboxState::Dead) succeed(to.bury(id, "no"));
  });
}

TEST(Forget, OldCasesWithAllThatIsTheirs) {
  const auto store = open_or_die(":memory:");
  put_case(*store, "c-old", kOld);
  add_event(*store, "1", "c-old", kOld);
  add_message(*store, "sent", "c-old", kOld, OutboxState::Sent);
  add_message(*store, "dead", "c-old", kOld, OutboxState::Dead);
  put_case(*store, "c-new", kNew);
  add_event(*store, "2", "c-new", kOld);  // An old event of a case that still grows.
  add_message(*store, "thread", "c-new", kOld, OutboxState::Sent);
  put_case(*store, "c-untold", kOld);
  add_event(*store, "3", "c-untold", kOld);
  add_message(*store, "waits", "c-untold", kOld, OutboxState::Pending);
  add_event(*store, "4", "c-none", kOld);
  add_event(*store, "5", "c-none", kNew);
  write_or_die(*store, [](Writer& to) {
    succeed(to.put_answer({.shape = "old", .answer = "", .at = kOld}));
    succeed(to.put_answer({.shape = "new", .answer = "", .at = kNew}));
    succeed(to.add_spending({.minute = 0, .model = "m", .tokens = 1}));
    succeed(to.add_spending({.minute = 60, .model = "m", .tokens = 1}));
  });

  EXPECT_EQ(value(store->forget(kBefore)), 7U);
  EXPECT_EQ(value(store->spending_since(0)).size(), 1U);
  EXPECT_EQ(value(store->forget(kBefore)), 0U);
  EXPECT_FALSE(value(store->find_case("c-old")));
  EXPECT_TRUE(value(store->events_of_case("c-old", 9)).empty());
  EXPECT_EQ(value(store->thread_of("sent", "c-old")), "");
  EXPECT_EQ(value(store->events_of_case("c-new", 9)).size(), 1U);
  EXPECT_EQ(value(store->thread_of("thread", "c-new")), "ts");
  EXPECT_TRUE(value(store->find_case("c-untold")));
  EXPECT_EQ(value(store->events_of_case("c-untold", 9)).size(), 1U);
  EXPECT_EQ(due_messages(*store, "waits", kNew, 9).size(), 1U);
  EXPECT_EQ(value(store->events_of_case("c-none", 9)).size(), 1U);
  EXPECT_FALSE(value(store->answer("old")));
  EXPECT_TRUE(value(store->answer("new")));
}

// By when they came, as events: old ones that are read now are news.
TEST(Forget, OldActivityThatCameLongAgo) {
  constexpr UnixMillis kHour = 3'600'000;
  const auto store = open_or_die(":memory:");
  write_or_die(*store, [](Writer& to) {
    succeed(to.add_activity({{{.hour = 0, .name = "a"}, 1}, {{.hour = 0, .name = "b"}, 1}}, 0));
    succeed(to.add_activity({{{.hour = 0, .name = "a"}, 1}}, 5 * kHour));
    succeed(to.add_activity({{{.hour = 3 * 3600, .name = "c"}, 1}}, 0));
  });
  EXPECT_EQ(value(store->forget(2 * kHour)), 3U) << "an hour, and two kinds that came no more";
  EXPECT_EQ(value(store->activity({}, {})),
            (triage::ActivityCounts{{{.hour = 0, .name = "a"}, 2}}));
  EXPECT_EQ(value(store->forget(6 * kHour)), 3U) << "two hours and a kind";
  EXPECT_TRUE(value(store->activity({}, {})).empty());
}

TEST(Forget, ASliceAtATime) {
  const auto store = open_or_die(":memory:");
  constexpr std::uint64_t kEvents = kForgetMax * 2 + 1;
  write_or_die(*store, [](Writer& to) {
    for (std::uint64_t i = 0; i < kEvents; ++i) {
      EventRow row = event_row(std::to_string(i));
      row.received = kOld;
      EXPECT_TRUE(value(to.add_event(row)));
    }
  });
  std::vector<std::uint64_t> gone;
  do {
    write_or_die(*store, [&](Writer& to) { gone.push_back(value(to.forget(kBefore))); });
  } while (gone.back() > 0);
  EXPECT_EQ(gone, (std::vector<std::uint64_t>{kForgetMax, kForgetMax, 1, 0}));
}

TEST(Forget, ReadObjectsOfEarlierDays) {
  const auto store = open_or_die(":memory:");
  constexpr std::uint64_t kObjects = kForgetMax * 2 + 1;
  write_or_die(*store, [](Writer& to) {
    for (std::uint64_t i = 0; i < kObjects; ++i) succeed(to.add_read_object({i << 32U, 10}));
    succeed(to.add_read_object({.object = ~std::uint64_t{0}, .day = 11}));
    succeed(to.add_read_object({.object = ~std::uint64_t{0}, .day = 9}));  // It is known.
  });
  EXPECT_EQ(value(store->forget_read_objects(10)), 0U);
  EXPECT_EQ(value(store->forget_read_objects(11)), kObjects);
  const auto left = value(store->read_objects());
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].object, ~std::uint64_t{0});
  EXPECT_EQ(left[0].day, 11);
}

TEST(Compact, GivesSpaceBackAndKeepsTheRest) {
  const Folder folder;
  const auto store = open_or_die(folder.file("a.db"));
  write_or_die(*store, [](Writer& to) {
    for (int i = 0; i < 5'000; ++i) {
      EventRow row = event_row(std::to_string(i));
      row.received = i < 4'900 ? kOld : kNew;
      row.record.assign(1'000, 'r');
      EXPECT_TRUE(value(to.add_event(row)));
    }
  });
  succeed(store->compact());
  const std::uint64_t full = value(store->statistics()).bytes;
  EXPECT_GT(full, 5'000'000U);
  EXPECT_EQ(value(store->forget(kBefore)), 4'900U);
  succeed(store->compact());
  EXPECT_LT(value(store->statistics()).bytes, full / 10);
  EXPECT_EQ(value(store->statistics()).events, 100U);
  EXPECT_TRUE(value(store->faults()).empty());
}

TEST(Forget, WhatIsForgottenIsGoneFromTheFile) {
  const Folder folder;
  const std::string path = folder.file("a.db");
  const std::string secret = "arn:aws:iam::123456789012:user/forgotten";
  const auto holds = [&] {
    std::ostringstream bytes;
    bytes << std::ifstream(path, std::ios::binary).rdbuf();
    return bytes.str().find(secret) != std::string::npos;
  };
  {
    const auto store = open_or_die(path);
    EventRow row = event_row("1");
    row.record = secret;
    row.received = kOld;
    write_or_die(*store, [&](Writer& to) { EXPECT_TRUE(value(to.add_event(row))); });
  }
  EXPECT_TRUE(holds());
  { EXPECT_EQ(value(open_or_die(path)->forget(kBefore)), 1U); }
  EXPECT_FALSE(holds());
}

}  // namespace
}  // namespace trailwarden::store
