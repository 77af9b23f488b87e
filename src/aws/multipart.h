// One object sent in parts, several at once. Source of fact: Amazon S3 User Guide, "Multipart
// upload": at most 10,000 parts, each but the last of 5 MiB or more.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/s3_calls.h"

namespace trailwarden::aws {

// `calls`, `options` outlive it. Used once.
class MultipartUpload {
 public:
  MultipartUpload(S3Calls& calls, std::string_view bucket, std::string_view key,
                  const PutOptions& options);

  // Sends `body` in parts of `part_bytes`, or of more where 10,000 would not do. What was begun and
  // failed, or was stopped, is aborted.
  Outcome<void> run(std::string_view body, std::size_t part_bytes, const std::stop_token& stop);

 private:
  boost::json::object name() const;            // Bucket and Key.
  boost::json::object name_of_upload() const;  // And UploadId.
  Outcome<void> begin(const std::stop_token& stop);
  Outcome<void> send_parts(std::string_view body, std::size_t part_bytes,
                           const std::stop_token& stop);
  Outcome<std::string> send_part(std::size_t index, std::string_view part,
                                 const std::stop_token& stop);
  Outcome<void> complete(std::size_t body_bytes, const std::stop_token& stop);
  bool is_complete_already(const Failure& failure, std::size_t body_bytes,
                           const std::stop_token& stop);
  // Adds to the message what could not be taken away.
  void abort(Failure& failure);

  S3Calls& calls_;
  std::string bucket_, key_;
  const PutOptions& options_;
  std::string upload_id_;
  std::vector<std::string> etags_;  // By part.
};

}  // namespace trailwarden::aws
