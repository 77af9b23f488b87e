// The CloudFormation template of deploy/trailwarden.yaml, embedded when the product is built.
#pragma once

#include <string_view>

namespace trailwarden::deploy {

std::string_view embedded_template();

// Logical ids, outputs and parameters of the template that code names.
inline constexpr std::string_view kBucketResource = "Bucket";
inline constexpr std::string_view kBucketOutput = "Bucket";
inline constexpr std::string_view kBatchRoleOutput = "BatchRole";
inline constexpr std::string_view kTopicOutput = "Topic";
inline constexpr std::string_view kPolicyOutput = "DigestPolicy";
// The prefix that the role may read and write.
inline constexpr std::string_view kJobsPrefix = "digest";
// Where pages go: the role has no right to them.
inline constexpr std::string_view kPagesPrefix = "pages";

}  // namespace trailwarden::deploy
