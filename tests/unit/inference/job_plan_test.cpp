#include "inference/job_plan.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace trailwarden::inference {
namespace {

using Counts = std::vector<std::size_t>;

Counts plan(std::size_t records, std::size_t size, const JobLimits& limits) {
  return plan_jobs(Counts(records, size), limits);
}

TEST(PlanJobs, ByRecords) {
  const JobLimits limits{.records_min = 100, .records_max = 1000, .bytes_max = 1 << 30};
  EXPECT_EQ(plan(0, 9, limits), Counts{});
  EXPECT_EQ(plan(99, 9, limits), Counts{});
  EXPECT_EQ(plan(100, 9, limits), Counts{100});
  EXPECT_EQ(plan(1000, 9, limits), Counts{1000});
  // Not 1000 and a rest below the minimum.
  EXPECT_EQ(plan(1001, 9, limits), (Counts{501, 500}));
  EXPECT_EQ(plan(2500, 9, limits), (Counts{834, 833, 833}));
}

TEST(PlanJobs, ByBytes) {
  const JobLimits limits{.records_min = 2, .records_max = 1000, .bytes_max = 100};
  EXPECT_EQ(plan(10, 9, limits), Counts{10});  // Each has a line end.
  EXPECT_EQ(plan(11, 9, limits), (Counts{6, 5}));
  EXPECT_EQ(plan(4, 49, limits), (Counts{2, 2}));
  EXPECT_EQ(plan(4, 50, limits), Counts{});  // Two of them are too large for a job.
}

TEST(PlanJobs, OneLargeRecordAmongSmallOnes) {
  const JobLimits limits{.records_min = 1, .records_max = 1000, .bytes_max = 100};
  Counts sizes(10, 9);
  sizes[0] = 59;
  EXPECT_EQ(plan_jobs(sizes, limits), (Counts{5, 5}));
  sizes[0] = 100;
  EXPECT_EQ(plan_jobs(sizes, limits), Counts{});
}

TEST(PlanJobs, LimitsThatNothingFulfils) {
  EXPECT_EQ(plan(10, 1, {}), Counts{});
  EXPECT_EQ(plan(10, 1, {.records_min = 6, .records_max = 5, .bytes_max = 99}), Counts{});
  EXPECT_EQ(plan(10, 1, {.records_min = 0, .records_max = 5, .bytes_max = 99}), (Counts{5, 5}));
  EXPECT_EQ(plan(0, 1, {.records_min = 0, .records_max = 5, .bytes_max = 99}), Counts{});
}

TEST(PlanJobs, LimitsAreKeptWhateverTheSizes) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same each time.
  for (int round = 0; round < 2000; ++round) {
    Counts sizes(random() % 60);
    for (std::size_t& size : sizes) size = random() % 50;
    const JobLimits limits{.records_min = random() % 6,
                           .records_max = 1 + random() % 20,
                           .bytes_max = 1 + random() % 300};
    const Counts counts = plan_jobs(sizes, limits);
    if (counts.empty()) continue;
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::size_t{0}), sizes.size());
    auto record = sizes.begin();
    for (const std::size_t count : counts) {
      const auto end = record + static_cast<std::ptrdiff_t>(count);
      EXPECT_GE(count, std::max<std::size_t>(limits.records_min, 1));
      EXPECT_LE(count, limits.records_max);
      EXPECT_LE(std::accumulate(record, end, count), limits.bytes_max);
      record = end;
    }
  }
}

}  // namespace
}  // namespace trailwarden::inference
