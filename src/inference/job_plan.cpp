#include "inference/job_plan.h"

#include <algorithm>
#include <numeric>

namespace trailwarden::inference {
namespace {

bool fits(std::span<const std::size_t> sizes, const std::vector<std::size_t>& counts,
          std::size_t bytes_max) {
  std::size_t begin = 0;
  for (const std::size_t count : counts) {
    std::size_t bytes = 0;
    for (const std::size_t size : sizes.subspan(begin, count)) bytes += size + 1;
    if (bytes > bytes_max) return false;
    begin += count;
  }
  return true;
}

std::vector<std::size_t> shared_out(std::size_t records, std::size_t jobs) {
  std::vector<std::size_t> counts(jobs, records / jobs);
  for (std::size_t i = 0; i < records % jobs; ++i) ++counts[i];
  return counts;
}

}  // namespace

std::vector<std::size_t> plan_jobs(std::span<const std::size_t> sizes, const JobLimits& limits) {
  const std::size_t records = sizes.size();
  const std::size_t records_min = std::max<std::size_t>(limits.records_min, 1);
  if (records < records_min || limits.records_max < records_min || limits.bytes_max == 0) return {};
  const std::size_t bytes = std::accumulate(sizes.begin(), sizes.end(), records);
  std::size_t jobs = std::max((records + limits.records_max - 1) / limits.records_max,
                              (bytes + limits.bytes_max - 1) / limits.bytes_max);
  // Records differ in size: more jobs until the largest fits.
  for (; records / jobs >= records_min; ++jobs) {
    auto counts = shared_out(records, jobs);
    if (fits(sizes, counts, limits.bytes_max)) return counts;
  }
  return {};
}

}  // namespace trailwarden::inference
