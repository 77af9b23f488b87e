// `teardown`: nothing is left of what setup made.
#pragma once

#include <string>

#include "aws/s3.h"
#include "base/result.h"
#include "deploy/operation.h"
#include "deploy/stacks.h"

namespace trailwarden::deploy {

struct TearDownOrder {
  std::string name;
  bool empties_bucket = false;  // Removes what is in the bucket, all versions of it.
};

enum class TornDown { Removed, NothingThere };

// Waits for what somebody else began; removes nothing at all while the bucket holds something that
// it may not remove. Error: as of set_up().
Result<TornDown> tear_down(Stacks& stacks, aws::S3& s3, const TearDownOrder& order,
                           const Attendance& with);

}  // namespace trailwarden::deploy
