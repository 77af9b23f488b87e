// AWS CloudTrail: JSON 1.1. Source of fact: AWS CloudTrail API Reference, API version 2013-11-01.
#include "aws/operations.h"

namespace trailwarden::aws {

constinit const Service kCloudTrail{
    .id = "CLOUDTRAIL",
    .model = "cloudtrail",
    .host_prefix = "cloudtrail",
    .signing_name = "cloudtrail",
    .protocol = Protocol::Json,
    .json_version = "1.1",
    .target_prefix = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"};

namespace {

// LookupEvents
constexpr Member kAttributeMembers[] = {{"AttributeKey", &kString, true},
                                        {"AttributeValue", &kString, true}};
constexpr Shape kAttribute{.type = Type::Structure, .members = kAttributeMembers};
constexpr Shape kAttributes{.type = Type::List, .element = &kAttribute};
constexpr Member kLookupInMembers[] = {
    {"LookupAttributes", &kAttributes}, {"StartTime", &kTimestamp}, {"EndTime", &kTimestamp},
    {"EventCategory", &kString},        {"MaxResults", &kInteger},  {"NextToken", &kString},
};
constexpr Shape kLookupIn{.type = Type::Structure, .members = kLookupInMembers};
constexpr Member kEventMembers[] = {
    {"EventId", &kString},     {"EventName", &kString}, {"EventTime", &kTimestamp},
    {"EventSource", &kString}, {"Username", &kString},  {"CloudTrailEvent", &kString},
};
constexpr Shape kEvent{.type = Type::Structure, .members = kEventMembers};
constexpr Shape kEvents{.type = Type::List, .element = &kEvent};
constexpr Member kLookupOutMembers[] = {{"Events", &kEvents}, {"NextToken", &kString}};
constexpr Shape kLookupOut{.type = Type::Structure, .members = kLookupOutMembers};

// ListPublicKeys
constexpr Member kKeysInMembers[] = {
    {"StartTime", &kTimestamp}, {"EndTime", &kTimestamp}, {"NextToken", &kString}};
constexpr Shape kKeysIn{.type = Type::Structure, .members = kKeysInMembers};
constexpr Member kPublicKeyMembers[] = {
    {"Value", &kBlob},
    {"ValidityStartTime", &kTimestamp},
    {"ValidityEndTime", &kTimestamp},
    {"Fingerprint", &kString},
};
constexpr Shape kPublicKey{.type = Type::Structure, .members = kPublicKeyMembers};
constexpr Shape kPublicKeys{.type = Type::List, .element = &kPublicKey};
constexpr Member kKeysOutMembers[] = {{"PublicKeyList", &kPublicKeys}, {"NextToken", &kString}};
constexpr Shape kKeysOut{.type = Type::Structure, .members = kKeysOutMembers};

// DescribeTrails: the lower-case names are the service's own.
constexpr Member kTrailsInMembers[] = {{"trailNameList", &kStrings},
                                       {"includeShadowTrails", &kBoolean}};
constexpr Shape kTrailsIn{.type = Type::Structure, .members = kTrailsInMembers};
constexpr Member kTrailMembers[] = {
    {"Name", &kString},
    {"S3BucketName", &kString},
    {"S3KeyPrefix", &kString},
    {"IsMultiRegionTrail", &kBoolean},
    {"HomeRegion", &kString},
    {"TrailARN", &kString},
    {"LogFileValidationEnabled", &kBoolean},
    {"IsOrganizationTrail", &kBoolean},
};
constexpr Shape kTrail{.type = Type::Structure, .members = kTrailMembers};
constexpr Shape kTrails{.type = Type::List, .element = &kTrail};
constexpr Member kTrailsOutMembers[] = {{"trailList", &kTrails}};
constexpr Shape kTrailsOut{.type = Type::Structure, .members = kTrailsOutMembers};

// GetTrailStatus
constexpr Member kStatusInMembers[] = {{"Name", &kString, true}};
constexpr Shape kStatusIn{.type = Type::Structure, .members = kStatusInMembers};
constexpr Member kStatusOutMembers[] = {
    {"IsLogging", &kBoolean},
    {"LatestDeliveryError", &kString},
    {"LatestDeliveryTime", &kTimestamp},
    {"LatestDigestDeliveryTime", &kTimestamp},
    {"LatestDigestDeliveryError", &kString},
    {"StartLoggingTime", &kTimestamp},
    {"StopLoggingTime", &kTimestamp},
};
constexpr Shape kStatusOut{.type = Type::Structure, .members = kStatusOutMembers};

constexpr Operation operation(std::string_view name, const Shape& input, const Shape& output) {
  return {&kCloudTrail, name, "POST", "/", &input, &output};
}

}  // namespace

constinit const Operation kLookupEvents = operation("LookupEvents", kLookupIn, kLookupOut);
constinit const Operation kListPublicKeys = operation("ListPublicKeys", kKeysIn, kKeysOut);
constinit const Operation kDescribeTrails = operation("DescribeTrails", kTrailsIn, kTrailsOut);
constinit const Operation kGetTrailStatus = operation("GetTrailStatus", kStatusIn, kStatusOut);

}  // namespace trailwarden::aws
