#include "digest/collect.h"

#include "fixture.h"

namespace trailwarden::digest {
namespace {

using testing::ElementsAre;
using triage::Verdict;

struct Kept {
  std::vector<std::string> ids;
  Collected collected;
};

struct Given {
  triage::Sighting event;
  Verdict own = Verdict::Safe;
  Verdict of_case = Verdict::Safe;
};

Kept collect(const CollectOptions& options, const std::vector<Given>& events,
             const triage::ActivityCounts& counted = {}) {
  Kept kept;
  Collector collector(
      options,
      [&](const triage::Sighting& event, Verdict verdict, const std::string& case_id) {
        kept.ids.push_back(event.event_id + " " + std::string(to_string(verdict)) + " " + case_id);
      },
      [&](const triage::Activity& activity, std::uint64_t number) {
        kept.ids.push_back(activity.name + " " + std::to_string(number) + " times");
      });
  for (const Given& each : events) {
    const triage::Judgement judgement{each.own, 0, {}};
    collector.add(
        {each.event, judgement, each.of_case == Verdict::Safe ? "" : "c-1", each.of_case});
  }
  kept.collected = collector.finish(counted);
  return kept;
}

TEST(Collect, TheLatestSafeOnesAndAllOthers) {
  const Kept kept = collect({.events_max = 2},
                            {{event(1, "danger", "a", "X"), Verdict::Dangerous, Verdict::Dangerous},
                             {event(2, "old", "a", "X")},
                             {event(3, "of a case", "a", "X"), Verdict::Safe, Verdict::Uncertain},
                             {event(4, "late", "a", "X")},
                             {event(5, "last", "a", "X")}});
  EXPECT_THAT(kept.ids, ElementsAre("danger dangerous c-1", "of a case uncertain c-1", "late safe ",
                                    "last safe "));
  EXPECT_EQ(kept.collected.kept, 4);
  EXPECT_EQ(kept.collected.older, 1);
  EXPECT_EQ(kept.collected.first, 1);
  EXPECT_EQ(kept.collected.last, 5);
}

TEST(Collect, ServicesAreCountedNotTold) {
  auto service = event(1, "service", "config.amazonaws.com", "DescribeInstances");
  service.is_service = true;
  const std::vector<Given> events = {
      {service}, {service, Verdict::Dangerous, Verdict::Dangerous}, {event(2, "b", "a", "X")}};
  const Kept without = collect({}, events);
  EXPECT_THAT(without.ids, ElementsAre("service dangerous c-1", "b safe "));
  EXPECT_EQ(without.collected.services, 1);
  const Kept with = collect({.with_services = true}, events);
  EXPECT_EQ(with.collected.services, 0);
  EXPECT_EQ(with.collected.kept, 3);
}

TEST(Collect, CountedOnesTakeTheRoomThatIsLeftFromTheLastHourBack) {
  const Kept kept = collect({.events_max = 10}, {{event(9'000, "late", "a", "X")}},
                            {{{.hour = 0, .name = "Old"}, 1},
                             {{.hour = 3600, .name = "Most"}, 100},
                             {{.hour = 7200, .name = "Few"}, 5},
                             {{.hour = 7200, .name = "Service", .is_service = true}, 7}});
  EXPECT_THAT(kept.ids, ElementsAre("late safe ", "Few 5 times", "Most 100 times"));
  EXPECT_EQ(kept.collected.kept, 106);
  EXPECT_EQ(kept.collected.older, 1);
  EXPECT_EQ(kept.collected.services, 7);
  EXPECT_EQ(kept.collected.counted, 113);
  EXPECT_EQ(kept.collected.first, 3600);
  EXPECT_EQ(kept.collected.last, 10'799);
}

TEST(Collect, EventsWithoutATimeDoNotMoveThePeriod) {
  auto timeless = event(0, "x", "a", "X");
  timeless.time.reset();
  const Kept kept = collect({}, {{timeless}, {event(7, "y", "a", "X")}});
  EXPECT_EQ(kept.collected.first, 7);
  EXPECT_EQ(kept.collected.kept, 2);
}

}  // namespace
}  // namespace trailwarden::digest
