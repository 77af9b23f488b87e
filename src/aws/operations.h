// Every service and operation that Trailwarden uses, by name. One file a service holds its tables:
// s3_operations.cpp, sqs_operations.cpp, … Source of fact: each service's API Reference;
// tests/aws/model_test.py compares every word of them with botocore's service models.
#pragma once

#include <span>

#include "aws/operation.h"

namespace trailwarden::aws {

extern const Service kS3, kSqs, kSns, kSts, kCloudTrail, kSecretsManager, kBedrock, kBedrockRuntime,
    kCloudFormation, kDynamoDb;

extern const Operation kListObjectsV2, kListObjectVersions, kGetObject, kHeadObject, kHeadBucket,
    kPutObject, kDeleteObject, kCreateMultipartUpload, kUploadPart, kCompleteMultipartUpload,
    kAbortMultipartUpload;

extern const Operation kReceiveMessage, kDeleteMessageBatch, kChangeMessageVisibility,
    kChangeMessageVisibilityBatch, kSendMessage, kGetQueueUrl, kGetQueueAttributes;

extern const Operation kPublish;

extern const Operation kGetCallerIdentity, kAssumeRole, kAssumeRoleWithWebIdentity;

extern const Operation kLookupEvents, kListPublicKeys, kDescribeTrails, kGetTrailStatus;

extern const Operation kGetSecretValue;

extern const Operation kGetItem, kQuery, kTransactWriteItems;

extern const Operation kCreateModelInvocationJob, kGetModelInvocationJob, kStopModelInvocationJob,
    kListInferenceProfiles;

extern const Operation kInvokeModel, kConverse;

extern const Operation kCreateStack, kUpdateStack, kDeleteStack, kDescribeStacks,
    kDescribeStackEvents, kDescribeStackResources;

// All of the above, for tests.
std::span<const Operation* const> all_operations();

}  // namespace trailwarden::aws
