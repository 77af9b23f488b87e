#include "deploy/bucket.h"

namespace trailwarden::deploy {
namespace {

constexpr std::uint64_t kTellEvery = 1000;

Result<aws::VersionPage> page_of(aws::S3& s3, const std::string& bucket,
                                 const std::stop_token& stop) {
  auto page = s3.list_versions(bucket, stop);
  if (page) return *std::move(page);
  if (page.error().code == "NoSuchBucket") return aws::VersionPage{};
  Error error = aws::to_error(page.error());
  error.where = "s3://" + bucket;
  return tl::unexpected(std::move(error));
}

}  // namespace

Result<BucketContent> content_of(aws::S3& s3, const std::string& bucket,
                                 const std::stop_token& stop) {
  const auto page = TW_TRY(page_of(s3, bucket, stop));
  return BucketContent{page.versions.size(), !page.is_last};
}

Result<std::uint64_t> empty_bucket(aws::S3& s3, const std::string& bucket, const Attendance& with) {
  std::uint64_t removed = 0;
  for (;;) {
    // Always from the beginning: what was there is gone.
    const auto page = TW_TRY(page_of(s3, bucket, with.stop));
    for (const aws::ObjectVersion& object : page.versions) {
      const auto gone = s3.remove_version(bucket, object, with.stop);
      if (!gone) {
        Error error = aws::to_error(gone.error());
        error.where = "s3://" + bucket + "/" + object.key;
        return tl::unexpected(std::move(error));
      }
      if (++removed % kTellEvery == 0) {
        with.tell("removed " + std::to_string(removed) + " objects of " + bucket);
      }
    }
    if (page.is_last) return removed;
  }
}

}  // namespace trailwarden::deploy
