// Amazon SNS: Query. Source of fact: Amazon SNS API Reference, API version 2010-03-31.
#include "aws/operations.h"

namespace trailwarden::aws {

constinit const Service kSns{.id = "SNS",
                             .model = "sns",
                             .host_prefix = "sns",
                             .signing_name = "sns",
                             .protocol = Protocol::Query,
                             .api_version = "2010-03-31"};

namespace {

constexpr Member kAttributeMembers[] = {{"DataType", &kString, true}, {"StringValue", &kString}};
constexpr Shape kAttribute{.type = Type::Structure, .members = kAttributeMembers};
constexpr Shape kAttributes{
    .type = Type::Map, .element = &kAttribute, .key_name = "Name", .value_name = "Value"};
constexpr Member kPublishInMembers[] = {
    {"TopicArn", &kString},
    {"Message", &kString, true},
    {"Subject", &kString},
    {"MessageStructure", &kString},
    {"MessageAttributes", &kAttributes},
    {"MessageDeduplicationId", &kString},
    {"MessageGroupId", &kString},
};
constexpr Shape kPublishIn{.type = Type::Structure, .members = kPublishInMembers};
constexpr Member kPublishOutMembers[] = {{"MessageId", &kString, true}};
constexpr Shape kPublishOut{.type = Type::Structure, .members = kPublishOutMembers};

}  // namespace

constinit const Operation kPublish{.service = &kSns,
                                   .name = "Publish",
                                   .method = "POST",
                                   .path = "/",
                                   .input = &kPublishIn,
                                   .output = &kPublishOut,
                                   .idempotent = false};

}  // namespace trailwarden::aws
