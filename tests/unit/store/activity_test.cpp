// Events without findings, by hours.
#include <gtest/gtest.h>

#include "../folder.h"
#include "rows.h"

namespace trailwarden::store {
namespace {

using triage::Activity;
using triage::ActivityCounts;

constexpr UnixSeconds kHour = triage::kActivityStep;

Activity at(UnixSeconds hour, const std::string& name = "ListUsers") {
  return {.hour = hour,
          .user = "arn:aws:iam::111122223333:user/ada",
          .account = "111122223333",
          .source = "iam.amazonaws.com",
          .name = name,
          .region = "us-east-1",
          .error_code = "AccessDenied",
          .is_service = true};
}

void add(Store& store, const ActivityCounts& counts) {
  write_or_die(store, [&](Writer& to) { succeed(to.add_activity(counts, 0)); });
}

TEST(Activity, AddsUp) {
  const Folder folder;
  {
    const auto store = open_or_die(folder.file("a.db"));
    add(*store, {{at(0), 2}, {at(kHour), 3}, {at(0, "ListRoles"), 1}});
    add(*store, {{at(0), 5}});
  }
  EXPECT_EQ(value(open_or_die(folder.file("a.db"), {.read_only = true})->activity({}, {})),
            (ActivityCounts{{at(0), 7}, {at(kHour), 3}, {at(0, "ListRoles"), 1}}));
}

TEST(Activity, EveryMemberMakesAKind) {
  ActivityCounts counts{{at(0), 1}};
  for (std::string Activity::*const text :
       {&Activity::user, &Activity::account, &Activity::source, &Activity::name, &Activity::region,
        &Activity::error_code}) {
    Activity other = at(0);
    other.*text = "";
    counts[other] = 2;
  }
  Activity other = at(0);
  other.is_service = false;
  counts[other] = 3;
  const auto store = open_or_die(":memory:");
  add(*store, counts);
  EXPECT_EQ(value(store->activity({}, {})), counts);
}

// Wherever digests part time, each hour is in one of them, and only once it is over.
TEST(Activity, EveryHourIsInOnePeriod) {
  const auto store = open_or_die(":memory:");
  for (UnixSeconds hour = 0; hour < 10; ++hour) add(*store, {{at(hour * kHour), 1}});
  for (const UnixSeconds parts : {900, 3600, 5000, 40'000}) {
    std::uint64_t events = 0;
    for (UnixSeconds from = 0; from < 10 * kHour; from += parts) {
      const auto counts = value(store->activity(from, from + parts));
      for (const auto& [activity, number] : counts) {
        events += number;
        EXPECT_GT(activity.hour + kHour, from);
        EXPECT_LE(activity.hour + kHour, from + parts);
      }
    }
    EXPECT_EQ(events, 10U) << parts;
  }
  EXPECT_EQ(value(store->activity(8 * kHour, {})).size(), 2U);
  EXPECT_EQ(value(store->activity({}, 8 * kHour)).size(), 8U);
}

}  // namespace
}  // namespace trailwarden::store
