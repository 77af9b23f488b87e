#include "watch/kind_limit.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace trailwarden::watch {
namespace {

using triage::Activity;
using triage::ActivityCounts;

constexpr UnixSeconds kHour = triage::kActivityStep;

Activity by(const std::string& user, const std::string& name = "ListUsers", UnixSeconds hour = 0) {
  return {.hour = hour, .user = user, .account = "1", .source = "iam", .name = name};
}

JudgedPart part_of(ActivityCounts counts) {
  JudgedPart part;
  part.activity = std::move(counts);
  return part;
}

ActivityCounts sum(KindLimit& limit, const ActivityCounts& counts, UnixSeconds now = 0) {
  const JudgedPart part = part_of(counts);
  return limit.sum({&part, 1}, now);
}

TEST(KindLimit, AddsPartsUp) {
  KindLimit limit;
  const std::vector<JudgedPart> parts{part_of({{by("a"), 2}, {by("b"), 1}}),
                                      part_of({{by("a"), 3}})};
  EXPECT_EQ(limit.sum(parts, 0), (ActivityCounts{{by("a"), 5}, {by("b"), 1}}));
}

TEST(KindLimit, KindsBeyondItCountForOthersByCall) {
  KindLimit limit(2);
  EXPECT_EQ(
      sum(limit,
          {{by("a"), 1}, {by("b"), 1}, {by("c"), 4}, {by("d"), 5}, {by("d", "ListRoles"), 6}}),
      (ActivityCounts{
          {by("a"), 1}, {by("b"), 1}, {by("(others)"), 9}, {by("(others)", "ListRoles"), 6}}));
}

TEST(KindLimit, WhatIsKnownStaysKnown) {
  KindLimit limit(1);
  const ActivityCounts first{{by("b"), 1}};
  EXPECT_EQ(sum(limit, first), first);
  EXPECT_EQ(sum(limit, {{by("a"), 1}, {by("b"), 1}}),
            (ActivityCounts{{by("(others)"), 1}, {by("b"), 1}}));
}

// A backfill of old logs has few kinds in many hours.
TEST(KindLimit, TheHourOfAnEventMakesNoKind) {
  KindLimit limit(1);
  ActivityCounts counts;
  for (int i = 0; i < 100; ++i) counts[by("a", "ListUsers", i * kHour)] = 1;
  EXPECT_EQ(sum(limit, counts), counts);
}

TEST(KindLimit, EveryHourHasRoomAgain) {
  KindLimit limit(1);
  sum(limit, {{by("a"), 1}}, kHour - 1);
  EXPECT_EQ(sum(limit, {{by("b"), 1}}, kHour - 1), (ActivityCounts{{by("(others)"), 1}}));
  EXPECT_EQ(sum(limit, {{by("b"), 1}}, kHour), (ActivityCounts{{by("b"), 1}}));
}

}  // namespace
}  // namespace trailwarden::watch
