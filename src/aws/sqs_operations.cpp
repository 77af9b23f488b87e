// Amazon SQS: JSON 1.0. Source of fact: Amazon SQS API Reference, API version 2012-11-05.
#include "aws/operations.h"

namespace trailwarden::aws {

constinit const Service kSqs{.id = "SQS",
                             .model = "sqs",
                             .host_prefix = "sqs",
                             .signing_name = "sqs",
                             .protocol = Protocol::Json,
                             .json_version = "1.0",
                             .target_prefix = "AmazonSQS"};

namespace {

constexpr Shape kStringMap{.type = Type::Map, .element = &kString};
constexpr Member kQueueUrl{"QueueUrl", &kString, true};
constexpr Member kId{"Id", &kString, true};
constexpr Member kReceiptHandle{"ReceiptHandle", &kString, true};

// ReceiveMessage
constexpr Member kReceiveInMembers[] = {
    kQueueUrl,
    {"MessageSystemAttributeNames", &kStrings},
    {"MaxNumberOfMessages", &kInteger},
    {"VisibilityTimeout", &kInteger},
    {"WaitTimeSeconds", &kInteger},
};
constexpr Shape kReceiveIn{.type = Type::Structure, .members = kReceiveInMembers};
constexpr Member kMessageMembers[] = {
    {"MessageId", &kString, true}, {"ReceiptHandle", &kString, true}, {"MD5OfBody", &kString},
    {"Body", &kString, true},      {"Attributes", &kStringMap},
};
constexpr Shape kMessage{.type = Type::Structure, .members = kMessageMembers};
constexpr Shape kMessages{.type = Type::List, .element = &kMessage};
constexpr Member kReceiveOutMembers[] = {{"Messages", &kMessages}};
constexpr Shape kReceiveOut{.type = Type::Structure, .members = kReceiveOutMembers};

// What both batches answer.
constexpr Member kDoneMembers[] = {kId};
constexpr Shape kDone{.type = Type::Structure, .members = kDoneMembers};
constexpr Shape kAllDone{.type = Type::List, .element = &kDone};
constexpr Member kUndoneMembers[] = {
    kId,
    {"SenderFault", &kBoolean, true},
    {"Code", &kString, true},
    {"Message", &kString},
};
constexpr Shape kUndone{.type = Type::Structure, .members = kUndoneMembers};
constexpr Shape kAllUndone{.type = Type::List, .element = &kUndone};
// Either list is left out by some servers when it is empty.
constexpr Member kBatchOutMembers[] = {{"Successful", &kAllDone}, {"Failed", &kAllUndone}};
constexpr Shape kBatchOut{.type = Type::Structure, .members = kBatchOutMembers};

// DeleteMessageBatch
constexpr Member kDeleteEntryMembers[] = {kId, kReceiptHandle};
constexpr Shape kDeleteEntry{.type = Type::Structure, .members = kDeleteEntryMembers};
constexpr Shape kDeleteEntries{.type = Type::List, .element = &kDeleteEntry};
constexpr Member kDeleteInMembers[] = {kQueueUrl, {"Entries", &kDeleteEntries, true}};
constexpr Shape kDeleteIn{.type = Type::Structure, .members = kDeleteInMembers};

// ChangeMessageVisibility and its batch
constexpr Member kVisibilityInMembers[] = {
    kQueueUrl, kReceiptHandle, {"VisibilityTimeout", &kInteger, true}};
constexpr Shape kVisibilityIn{.type = Type::Structure, .members = kVisibilityInMembers};
constexpr Member kVisibilityEntryMembers[] = {
    kId, kReceiptHandle, {"VisibilityTimeout", &kInteger}};
constexpr Shape kVisibilityEntry{.type = Type::Structure, .members = kVisibilityEntryMembers};
constexpr Shape kVisibilityEntries{.type = Type::List, .element = &kVisibilityEntry};
constexpr Member kVisibilityBatchInMembers[] = {kQueueUrl, {"Entries", &kVisibilityEntries, true}};
constexpr Shape kVisibilityBatchIn{.type = Type::Structure, .members = kVisibilityBatchInMembers};

// SendMessage
constexpr Member kSendInMembers[] = {
    kQueueUrl,
    {"MessageBody", &kString, true},
    {"DelaySeconds", &kInteger},
    {"MessageDeduplicationId", &kString},
    {"MessageGroupId", &kString},
};
constexpr Shape kSendIn{.type = Type::Structure, .members = kSendInMembers};
constexpr Member kSendOutMembers[] = {{"MD5OfMessageBody", &kString},
                                      {"MessageId", &kString, true}};
constexpr Shape kSendOut{.type = Type::Structure, .members = kSendOutMembers};

// GetQueueUrl, GetQueueAttributes
constexpr Member kUrlInMembers[] = {{"QueueName", &kString, true},
                                    {"QueueOwnerAWSAccountId", &kString}};
constexpr Shape kUrlIn{.type = Type::Structure, .members = kUrlInMembers};
constexpr Member kUrlOutMembers[] = {kQueueUrl};
constexpr Shape kUrlOut{.type = Type::Structure, .members = kUrlOutMembers};
constexpr Member kAttributesInMembers[] = {kQueueUrl, {"AttributeNames", &kStrings}};
constexpr Shape kAttributesIn{.type = Type::Structure, .members = kAttributesInMembers};
constexpr Member kAttributesOutMembers[] = {{"Attributes", &kStringMap}};
constexpr Shape kAttributesOut{.type = Type::Structure, .members = kAttributesOutMembers};

constexpr Operation operation(std::string_view name, const Shape& input, const Shape& output) {
  return {&kSqs, name, "POST", "/", &input, &output};
}

}  // namespace

// A receive that was answered into the void hides its messages until their time is over, and no
// longer: trying again loses nothing.
constinit const Operation kReceiveMessage = operation("ReceiveMessage", kReceiveIn, kReceiveOut);
constinit const Operation kDeleteMessageBatch =
    operation("DeleteMessageBatch", kDeleteIn, kBatchOut);
constinit const Operation kChangeMessageVisibility =
    operation("ChangeMessageVisibility", kVisibilityIn, kNothing);
constinit const Operation kChangeMessageVisibilityBatch =
    operation("ChangeMessageVisibilityBatch", kVisibilityBatchIn, kBatchOut);
constinit const Operation kSendMessage{.service = &kSqs,
                                       .name = "SendMessage",
                                       .method = "POST",
                                       .path = "/",
                                       .input = &kSendIn,
                                       .output = &kSendOut,
                                       .idempotent = false};
constinit const Operation kGetQueueUrl = operation("GetQueueUrl", kUrlIn, kUrlOut);
constinit const Operation kGetQueueAttributes =
    operation("GetQueueAttributes", kAttributesIn, kAttributesOut);

}  // namespace trailwarden::aws
