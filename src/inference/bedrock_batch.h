// Amazon Bedrock's batch inference. Source of fact: Amazon Bedrock API Reference,
// CreateModelInvocationJob and GetModelInvocationJob; User Guide, "Process multiple prompts with
// batch inference".
#pragma once

#include <memory>
#include <string>

#include "aws/client.h"
#include "inference/batch_service.h"

namespace trailwarden::inference {

struct BedrockBatchOptions {
  std::string model;         // As for calls: an id, an inference profile, or an ARN.
  std::string role_arn;      // That Bedrock assumes to read and write the bucket.
  std::string bucket;        // In the region of the job.
  std::string prefix{};      // Below which a run's files go: "digest"; letters, digits and -!_*'().
  std::string kms_key_id{};  // Of what is written; empty: the bucket's own encryption.
  unsigned timeout_hours = 24;  // 24 to 168: how long a job may wait and work.
  // Quotas of Bedrock are of each model and region. Files of Bedrock may have 1 GB.
  JobLimits limits{.records_min = 100, .records_max = 50'000, .bytes_max = std::size_t{256} << 20};
};

// In `session`'s region, or the model ARN's. Records go to s3://BUCKET/PREFIX/RUN/0/input.jsonl,
// answers to …/0/output/JOB/. They stay there: the bucket's lifecycle removes them. Error: Usage, a
// role, bucket or prefix that Bedrock would refuse.
Result<std::unique_ptr<BatchService>> make_bedrock_batch(const aws::Session& session,
                                                         BedrockBatchOptions options);

}  // namespace trailwarden::inference
