// Amazon Bedrock Runtime: REST-JSON. Source of fact: Amazon Bedrock API Reference, API version
// 2023-09-30. Of a message's contents only text, tools and cache points are used.
#include "aws/operations.h"

namespace trailwarden::aws {

constinit const Service kBedrockRuntime{.id = "BEDROCK_RUNTIME",
                                        .model = "bedrock-runtime",
                                        .host_prefix = "bedrock-runtime",
                                        .signing_name = "bedrock",
                                        .protocol = Protocol::RestJson};

namespace {

constexpr Member kModelId{"modelId", &kString, true, Place::Path};

// InvokeModel
constexpr Member kInvokeInMembers[] = {
    {"body", &kBlob, false, Place::Payload},
    {"contentType", &kString, false, Place::Header, "Content-Type"},
    {"accept", &kString, false, Place::Header, "Accept"},
    kModelId,
};
constexpr Shape kInvokeIn{.type = Type::Structure, .members = kInvokeInMembers};
constexpr Member kInvokeOutMembers[] = {
    {"body", &kBlob, false, Place::Payload},
    {"contentType", &kString, false, Place::Header, "Content-Type"},
};
constexpr Shape kInvokeOut{.type = Type::Structure, .members = kInvokeOutMembers};

// Converse: messages
constexpr Member kCachePointMembers[] = {{"type", &kString, true}, {"ttl", &kString}};
constexpr Shape kCachePoint{.type = Type::Structure, .members = kCachePointMembers};
constexpr Member kToolUseMembers[] = {
    {"toolUseId", &kString, true}, {"name", &kString, true}, {"input", &kJson, true}};
constexpr Shape kToolUse{.type = Type::Structure, .members = kToolUseMembers};
constexpr Member kContentMembers[] = {
    {"text", &kString}, {"toolUse", &kToolUse}, {"cachePoint", &kCachePoint}};
constexpr Shape kContent{.type = Type::Structure, .members = kContentMembers};
constexpr Shape kContents{.type = Type::List, .element = &kContent};
constexpr Member kMessageMembers[] = {{"role", &kString, true}, {"content", &kContents, true}};
constexpr Shape kMessage{.type = Type::Structure, .members = kMessageMembers};
constexpr Shape kMessages{.type = Type::List, .element = &kMessage};
constexpr Member kSystemMembers[] = {{"text", &kString}, {"cachePoint", &kCachePoint}};
constexpr Shape kSystem{.type = Type::Structure, .members = kSystemMembers};
constexpr Shape kSystems{.type = Type::List, .element = &kSystem};

// Converse: tools, one of which may be forced
constexpr Member kSchemaMembers[] = {{"json", &kJson}};
constexpr Shape kSchema{.type = Type::Structure, .members = kSchemaMembers};
constexpr Member kToolSpecMembers[] = {{"name", &kString, true},
                                       {"description", &kString},
                                       {"inputSchema", &kSchema, true},
                                       {"strict", &kBoolean}};
constexpr Shape kToolSpec{.type = Type::Structure, .members = kToolSpecMembers};
constexpr Member kToolMembers[] = {{"toolSpec", &kToolSpec}, {"cachePoint", &kCachePoint}};
constexpr Shape kTool{.type = Type::Structure, .members = kToolMembers};
constexpr Shape kTools{.type = Type::List, .element = &kTool};
constexpr Member kNamedToolMembers[] = {{"name", &kString, true}};
constexpr Shape kNamedTool{.type = Type::Structure, .members = kNamedToolMembers};
constexpr Member kChoiceMembers[] = {
    {"auto", &kNothing}, {"any", &kNothing}, {"tool", &kNamedTool}};
constexpr Shape kChoice{.type = Type::Structure, .members = kChoiceMembers};
constexpr Member kToolConfigMembers[] = {{"tools", &kTools, true}, {"toolChoice", &kChoice}};
constexpr Shape kToolConfig{.type = Type::Structure, .members = kToolConfigMembers};

// Converse
constexpr Member kInferenceMembers[] = {{"maxTokens", &kInteger},
                                        {"temperature", &kDouble},
                                        {"topP", &kDouble},
                                        {"stopSequences", &kStrings}};
constexpr Shape kInference{.type = Type::Structure, .members = kInferenceMembers};
constexpr Shape kRequestMetadata{.type = Type::Map, .element = &kString};
constexpr Member kConverseInMembers[] = {
    kModelId,
    {"messages", &kMessages},
    {"system", &kSystems},
    {"inferenceConfig", &kInference},
    {"toolConfig", &kToolConfig},
    {"additionalModelRequestFields", &kJson},
    {"requestMetadata", &kRequestMetadata},
};
constexpr Shape kConverseIn{.type = Type::Structure, .members = kConverseInMembers};
constexpr Member kOutputMembers[] = {{"message", &kMessage}};
constexpr Shape kOutput{.type = Type::Structure, .members = kOutputMembers};
constexpr Member kUsageMembers[] = {
    {"inputTokens", &kInteger, true},
    {"outputTokens", &kInteger, true},
    {"cacheReadInputTokens", &kInteger},
    {"cacheWriteInputTokens", &kInteger},
};
constexpr Shape kUsage{.type = Type::Structure, .members = kUsageMembers};
constexpr Member kConverseOutMembers[] = {
    {"output", &kOutput, true}, {"stopReason", &kString, true}, {"usage", &kUsage, true}};
constexpr Shape kConverseOut{.type = Type::Structure, .members = kConverseOutMembers};

}  // namespace

// Asking a model twice costs twice, and does no other harm.
constinit const Operation kInvokeModel{.service = &kBedrockRuntime,
                                       .name = "InvokeModel",
                                       .method = "POST",
                                       .path = "/model/{modelId}/invoke",
                                       .input = &kInvokeIn,
                                       .output = &kInvokeOut};
constinit const Operation kConverse{.service = &kBedrockRuntime,
                                    .name = "Converse",
                                    .method = "POST",
                                    .path = "/model/{modelId}/converse",
                                    .input = &kConverseIn,
                                    .output = &kConverseOut};

}  // namespace trailwarden::aws
