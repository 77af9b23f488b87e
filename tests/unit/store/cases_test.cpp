// Which case an event belongs to, and in which order cases and events come.
#include <gtest/gtest.h>

#include "rows.h"

namespace trailwarden::store {
namespace {

constexpr std::int64_t kSilence = 100;
constexpr std::int64_t kLength = 1'000;

struct Around {
  const char* why;
  std::optional<UnixSeconds> time;
  const char* found;  // Of the cases below; null: none.
};

constexpr Around kAround[] = {
    {"within", 1'500, "c-span"},
    {"a silence before its first event", 900, "c-span"},
    {"longer before", 899, nullptr},
    {"a silence behind its last event", 2'000, "c-span"},
    {"longer behind", 2'001, nullptr},
    {"of two that it touches the later one", 5'150, "c-late"},
    {"a full case takes nothing that would make it longer", 8'950, nullptr},
    {"nor behind", 10'050, nullptr},
    {"but what falls within it", 9'500, "c-full"},
    {"no time: the case without times", std::nullopt, "c-timeless"},
    {"far beyond all numbers", std::numeric_limits<UnixSeconds>::max(), nullptr},
    {"and the other way", std::numeric_limits<UnixSeconds>::min(), nullptr},
};

TEST(CaseAround, Table) {
  const auto store = open_or_die(":memory:");
  const auto put = [&](const char* id, std::optional<UnixSeconds> first,
                       std::optional<UnixSeconds> last, const char* actor = "AKIA") {
    CaseRow row = case_row(id);
    row.first = first;
    row.last = last;
    row.actor = actor;
    write_or_die(*store, [&](Writer& to) { succeed(to.put_case(row)); });
  };
  put("c-span", 1'000, 1'900);
  put("c-early", 5'000, 5'100);
  put("c-late", 5'200, 5'300);
  put("c-full", 9'000, 10'000);
  put("c-timeless", std::nullopt, std::nullopt);
  put("c-other", 1'000, 1'900, "ASIA");
  for (const Around& c : kAround) {
    const auto found = value(store->case_around("AKIA", c.time, kSilence, kLength));
    EXPECT_EQ(found ? found->id : "none", c.found == nullptr ? "none" : c.found) << c.why;
  }
  EXPECT_EQ(value(store->case_around("ASIA", 1'500, kSilence, kLength)).value().id, "c-other");
  EXPECT_FALSE(value(store->case_around("ASIA", std::nullopt, kSilence, kLength)));
}

TEST(Cases, LatestFirstAndFurtherBack) {
  const auto store = open_or_die(":memory:");
  for (int i = 1; i <= 5; ++i) {
    CaseRow row = case_row("c-" + std::to_string(i));
    row.updated = 1'000 * i;
    write_or_die(*store, [&](Writer& to) { succeed(to.put_case(row)); });
  }
  const auto latest = value(store->latest_cases(2));
  ASSERT_EQ(latest.size(), 2U);
  EXPECT_EQ(latest[0].id, "c-5");
  EXPECT_EQ(latest[1].id, "c-4");
  const auto further = value(store->latest_cases(9, latest[1].updated));
  ASSERT_EQ(further.size(), 3U);
  EXPECT_EQ(further[0].id, "c-3");
  EXPECT_EQ(value(store->latest_cases(std::numeric_limits<std::size_t>::max())).size(), 5U);
}

TEST(Events, OfACaseByTimeThenArrival) {
  const auto store = open_or_die(":memory:");
  const auto add = [&](const char* fingerprint, std::optional<UnixSeconds> time) {
    EventRow row = event_row(fingerprint);
    row.time = time;
    write_or_die(*store, [&](Writer& to) { EXPECT_TRUE(value(to.add_event(row))); });
  };
  add("late", 300);
  add("b", 200);
  add("none", std::nullopt);
  add("c", 200);
  std::string order;
  for (const EventRow& row : value(store->events_of_case("c-1", 9))) order += row.fingerprint + " ";
  EXPECT_EQ(order, "none b c late ");
  EXPECT_EQ(value(store->events_of_case("c-1", 2)).size(), 2U);
}

TEST(Events, OneFingerprintOnceAndOneIdOfSeveral) {
  const auto store = open_or_die(":memory:");
  EventRow first = event_row("1");
  EventRow second = event_row("2");
  first.event_id = second.event_id = "same";
  EventRow again = first;
  again.actor = "somebody else";
  write_or_die(*store, [&](Writer& to) {
    EXPECT_TRUE(value(to.add_event(first)));
    EXPECT_TRUE(value(to.add_event(second)));
    EXPECT_FALSE(value(to.add_event(again)));
  });
  const auto found = value(store->events_by_id("same"));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].actor, "AKIA") << "the second delivery changed nothing";
}

}  // namespace
}  // namespace trailwarden::store
