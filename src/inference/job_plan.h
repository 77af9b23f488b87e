// How records are shared out to jobs.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "inference/batch_service.h"

namespace trailwarden::inference {

// How many records each job gets, in order: as few jobs as the limits allow, of nearly equal size,
// so that none falls short of the minimum. `sizes`: bytes of each record. Empty: there are too few
// records for a job, or they are too large for any.
std::vector<std::size_t> plan_jobs(std::span<const std::size_t> sizes, const JobLimits& limits);

}  // namespace trailwarden::inference
