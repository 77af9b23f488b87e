// AWS CloudFormation: Query. Source of fact: AWS CloudFormation API Reference, API version
// 2010-05-15. The client's token makes a repeated call harmless.
#include "aws/operations.h"

namespace trailwarden::aws {

constinit const Service kCloudFormation{.id = "CLOUDFORMATION",
                                        .model = "cloudformation",
                                        .host_prefix = "cloudformation",
                                        .signing_name = "cloudformation",
                                        .protocol = Protocol::Query,
                                        .api_version = "2010-05-15"};

namespace {

constexpr Member kStackName{"StackName", &kString, true};
constexpr Member kToken{"ClientRequestToken", &kString};
constexpr Member kTemplate{"TemplateBody", &kString};
constexpr Member kCapabilities{"Capabilities", &kStrings};

constexpr Member kParameterMembers[] = {{"ParameterKey", &kString}, {"ParameterValue", &kString}};
constexpr Shape kParameter{.type = Type::Structure, .members = kParameterMembers};
constexpr Shape kParameters{.type = Type::List, .element = &kParameter};
constexpr Member kTagMembers[] = {{"Key", &kString, true}, {"Value", &kString, true}};
constexpr Shape kTag{.type = Type::Structure, .members = kTagMembers};
constexpr Shape kTags{.type = Type::List, .element = &kTag};

// CreateStack, UpdateStack, DeleteStack
constexpr Member kCreateInMembers[] = {kStackName,
                                       kTemplate,
                                       {"Parameters", &kParameters},
                                       kCapabilities,
                                       {"OnFailure", &kString},
                                       kToken,
                                       {"Tags", &kTags}};
constexpr Shape kCreateIn{.type = Type::Structure, .members = kCreateInMembers};
constexpr Member kUpdateInMembers[] = {
    kStackName, kTemplate, {"Parameters", &kParameters}, kCapabilities, kToken};
constexpr Shape kUpdateIn{.type = Type::Structure, .members = kUpdateInMembers};
constexpr Member kStackIdMembers[] = {{"StackId", &kString, true}};
constexpr Shape kStackId{.type = Type::Structure, .members = kStackIdMembers};
constexpr Member kDeleteInMembers[] = {kStackName, kToken};
constexpr Shape kDeleteIn{.type = Type::Structure, .members = kDeleteInMembers};

// DescribeStacks
constexpr Member kStacksInMembers[] = {{"StackName", &kString}};
constexpr Shape kStacksIn{.type = Type::Structure, .members = kStacksInMembers};
constexpr Member kOutputMembers[] = {{"OutputKey", &kString}, {"OutputValue", &kString}};
constexpr Shape kOutput{.type = Type::Structure, .members = kOutputMembers};
constexpr Shape kOutputs{.type = Type::List, .element = &kOutput};
constexpr Member kStackMembers[] = {{"StackId", &kString, true},
                                    {"StackName", &kString, true},
                                    {"StackStatus", &kString, true},
                                    {"StackStatusReason", &kString},
                                    {"Parameters", &kParameters},
                                    {"Outputs", &kOutputs},
                                    {"Tags", &kTags}};
constexpr Shape kStack{.type = Type::Structure, .members = kStackMembers};
constexpr Shape kStacks{.type = Type::List, .element = &kStack};
constexpr Member kStacksOutMembers[] = {{"Stacks", &kStacks, true}};
constexpr Shape kStacksOut{.type = Type::Structure, .members = kStacksOutMembers};

// DescribeStackEvents: the latest first.
constexpr Member kEventsInMembers[] = {kStackName, {"NextToken", &kString}};
constexpr Shape kEventsIn{.type = Type::Structure, .members = kEventsInMembers};
constexpr Member kEventMembers[] = {
    {"EventId", &kString, true},      {"LogicalResourceId", &kString},
    {"PhysicalResourceId", &kString}, {"ResourceType", &kString},
    {"ResourceStatus", &kString},     {"ResourceStatusReason", &kString}};
constexpr Shape kEvent{.type = Type::Structure, .members = kEventMembers};
constexpr Shape kEvents{.type = Type::List, .element = &kEvent};
constexpr Member kEventsOutMembers[] = {{"StackEvents", &kEvents, true}, {"NextToken", &kString}};
constexpr Shape kEventsOut{.type = Type::Structure, .members = kEventsOutMembers};

// DescribeStackResources
constexpr Member kResourcesInMembers[] = {{"StackName", &kString}};
constexpr Shape kResourcesIn{.type = Type::Structure, .members = kResourcesInMembers};
constexpr Member kResourceMembers[] = {{"LogicalResourceId", &kString},
                                       {"PhysicalResourceId", &kString},
                                       {"ResourceStatus", &kString}};
constexpr Shape kResource{.type = Type::Structure, .members = kResourceMembers};
constexpr Shape kResources{.type = Type::List, .element = &kResource};
constexpr Member kResourcesOutMembers[] = {{"StackResources", &kResources, true}};
constexpr Shape kResourcesOut{.type = Type::Structure, .members = kResourcesOutMembers};

constexpr Operation operation(std::string_view name, const Shape& input, const Shape& output) {
  return {&kCloudFormation, name, "POST", "/", &input, &output};
}

}  // namespace

constinit const Operation kCreateStack = operation("CreateStack", kCreateIn, kStackId);
constinit const Operation kUpdateStack = operation("UpdateStack", kUpdateIn, kStackId);
constinit const Operation kDeleteStack = operation("DeleteStack", kDeleteIn, kNothing);
constinit const Operation kDescribeStacks = operation("DescribeStacks", kStacksIn, kStacksOut);
constinit const Operation kDescribeStackEvents =
    operation("DescribeStackEvents", kEventsIn, kEventsOut);
constinit const Operation kDescribeStackResources =
    operation("DescribeStackResources", kResourcesIn, kResourcesOut);

}  // namespace trailwarden::aws
