#include "aws/operations.h"

namespace trailwarden::aws {

std::span<const Operation* const> all_operations() {
  static constexpr const Operation* kAll[] = {
      &kListObjectsV2,
      &kListObjectVersions,
      &kGetObject,
      &kHeadObject,
      &kHeadBucket,
      &kPutObject,
      &kDeleteObject,
      &kCreateMultipartUpload,
      &kUploadPart,
      &kCompleteMultipartUpload,
      &kAbortMultipartUpload,
      &kReceiveMessage,
      &kDeleteMessageBatch,
      &kChangeMessageVisibility,
      &kChangeMessageVisibilityBatch,
      &kSendMessage,
      &kGetQueueUrl,
      &kGetQueueAttributes,
      &kPublish,
      &kGetCallerIdentity,
      &kAssumeRole,
      &kAssumeRoleWithWebIdentity,
      &kLookupEvents,
      &kListPublicKeys,
      &kDescribeTrails,
      &kGetTrailStatus,
      &kGetSecretValue,
      &kGetItem,
      &kQuery,
      &kTransactWriteItems,
      &kCreateModelInvocationJob,
      &kGetModelInvocationJob,
      &kStopModelInvocationJob,
      &kListInferenceProfiles,
      &kInvokeModel,
      &kConverse,
      &kCreateStack,
      &kUpdateStack,
      &kDeleteStack,
      &kDescribeStacks,
      &kDescribeStackEvents,
      &kDescribeStackResources,
  };
  return kAll;
}

}  // namespace trailwarden::aws
