// The bucket of a stack, which CloudFormation does not remove while something is in it.
#pragma once

#include <cstdint>
#include <string>

#include "aws/s3.h"
#include "base/result.h"
#include "deploy/operation.h"

namespace trailwarden::deploy {

struct BucketContent {
  std::uint64_t versions = 0;   // Objects, their older versions, and markers of deleted ones.
  bool are_there_more = false;  // Counting ended with the first page.
};

// A bucket that does not exist holds nothing.
Result<BucketContent> content_of(aws::S3& s3, const std::string& bucket,
                                 const std::stop_token& stop);

// Removes everything in it for good, all versions; tells how far it is. The number removed.
Result<std::uint64_t> empty_bucket(aws::S3& s3, const std::string& bucket, const Attendance& with);

}  // namespace trailwarden::deploy
