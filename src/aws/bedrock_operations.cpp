// Amazon Bedrock, batch inference and inference profiles: REST-JSON. Source of fact: Amazon Bedrock
// API Reference, API version 2023-04-20.
#include "aws/operations.h"

namespace trailwarden::aws {

constinit const Service kBedrock{.id = "BEDROCK",
                                 .model = "bedrock",
                                 .host_prefix = "bedrock",
                                 .signing_name = "bedrock",
                                 .protocol = Protocol::RestJson};

namespace {

// Where a job reads and writes.
constexpr Member kInputPlaceMembers[] = {
    {"s3Uri", &kString, true}, {"s3InputFormat", &kString}, {"s3BucketOwner", &kString}};
constexpr Shape kInputPlace{.type = Type::Structure, .members = kInputPlaceMembers};
constexpr Member kInputDataMembers[] = {{"s3InputDataConfig", &kInputPlace}};
constexpr Shape kInputData{.type = Type::Structure, .members = kInputDataMembers};
constexpr Member kOutputPlaceMembers[] = {
    {"s3Uri", &kString, true}, {"s3EncryptionKeyId", &kString}, {"s3BucketOwner", &kString}};
constexpr Shape kOutputPlace{.type = Type::Structure, .members = kOutputPlaceMembers};
constexpr Member kOutputDataMembers[] = {{"s3OutputDataConfig", &kOutputPlace}};
constexpr Shape kOutputData{.type = Type::Structure, .members = kOutputDataMembers};

// CreateModelInvocationJob: the client's token makes a repeated call harmless.
constexpr Member kCreateInMembers[] = {
    {"jobName", &kString, true},
    {"roleArn", &kString, true},
    {"clientRequestToken", &kString, true},
    {"modelId", &kString, true},
    {"inputDataConfig", &kInputData, true},
    {"outputDataConfig", &kOutputData, true},
    {"timeoutDurationInHours", &kInteger},
    {"modelInvocationType", &kString},
};
constexpr Shape kCreateIn{.type = Type::Structure, .members = kCreateInMembers};
constexpr Member kCreateOutMembers[] = {{"jobArn", &kString, true}};
constexpr Shape kCreateOut{.type = Type::Structure, .members = kCreateOutMembers};

// GetModelInvocationJob, StopModelInvocationJob
constexpr Member kJobMembers[] = {{"jobIdentifier", &kString, true, Place::Path}};
constexpr Shape kJob{.type = Type::Structure, .members = kJobMembers};
constexpr Member kGetOutMembers[] = {
    {"jobArn", &kString, true},
    {"status", &kString, true},
    {"message", &kString},
    {"submitTime", &kTimestamp},
    {"endTime", &kTimestamp},
    {"jobExpirationTime", &kTimestamp},
    {"outputDataConfig", &kOutputData},
    {"totalRecordCount", &kInteger},
    {"processedRecordCount", &kInteger},
    {"successRecordCount", &kInteger},
    {"errorRecordCount", &kInteger},
};
constexpr Shape kGetOut{.type = Type::Structure, .members = kGetOutMembers};

// ListInferenceProfiles
constexpr Member kProfilesInMembers[] = {
    {"maxResults", &kInteger, false, Place::Query},
    {"nextToken", &kString, false, Place::Query},
    {"typeEquals", &kString, false, Place::Query, "type"},
};
constexpr Shape kProfilesIn{.type = Type::Structure, .members = kProfilesInMembers};
constexpr Member kModelMembers[] = {{"modelArn", &kString}};
constexpr Shape kModel{.type = Type::Structure, .members = kModelMembers};
constexpr Shape kModels{.type = Type::List, .element = &kModel};
constexpr Member kProfileMembers[] = {
    {"inferenceProfileId", &kString, true},
    {"inferenceProfileArn", &kString, true},
    {"inferenceProfileName", &kString},
    {"status", &kString},
    {"models", &kModels},
};
constexpr Shape kProfile{.type = Type::Structure, .members = kProfileMembers};
constexpr Shape kProfiles{.type = Type::List, .element = &kProfile};
constexpr Member kProfilesOutMembers[] = {{"inferenceProfileSummaries", &kProfiles},
                                          {"nextToken", &kString}};
constexpr Shape kProfilesOut{.type = Type::Structure, .members = kProfilesOutMembers};

constexpr Operation operation(std::string_view name, std::string_view method, std::string_view path,
                              const Shape& input, const Shape& output) {
  return {&kBedrock, name, method, path, &input, &output};
}

}  // namespace

constinit const Operation kCreateModelInvocationJob{.service = &kBedrock,
                                                    .name = "CreateModelInvocationJob",
                                                    .method = "POST",
                                                    .path = "/model-invocation-job",
                                                    .input = &kCreateIn,
                                                    .output = &kCreateOut};
constinit const Operation kGetModelInvocationJob = operation(
    "GetModelInvocationJob", "GET", "/model-invocation-job/{jobIdentifier}", kJob, kGetOut);
constinit const Operation kStopModelInvocationJob = operation(
    "StopModelInvocationJob", "POST", "/model-invocation-job/{jobIdentifier}/stop", kJob, kNothing);
constinit const Operation kListInferenceProfiles =
    operation("ListInferenceProfiles", "GET", "/inference-profiles", kProfilesIn, kProfilesOut);

}  // namespace trailwarden::aws
