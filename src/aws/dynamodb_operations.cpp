// Amazon DynamoDB: JSON 1.0. Source of fact: Amazon DynamoDB API Reference, API version 2012-08-10.
#include "aws/operations.h"

namespace trailwarden::aws {

constinit const Service kDynamoDb{.id = "DYNAMODB",
                                  .model = "dynamodb",
                                  .host_prefix = "dynamodb",
                                  .signing_name = "dynamodb",
                                  .protocol = Protocol::Json,
                                  .json_version = "1.0",
                                  .target_prefix = "DynamoDB_20120810"};

namespace {

// Of the ten kinds of a value the three that are used: texts, numbers (as text) and bytes.
constexpr Member kValueMembers[] = {{"S", &kString}, {"N", &kString}, {"B", &kBlob}};
constexpr Shape kValue{.type = Type::Structure, .members = kValueMembers};
constexpr Shape kItem{.type = Type::Map, .element = &kValue};
constexpr Shape kItems{.type = Type::List, .element = &kItem};
constexpr Shape kNames{.type = Type::Map, .element = &kString};
constexpr Member kTableName{"TableName", &kString, true};
constexpr Member kAttributeNames{"ExpressionAttributeNames", &kNames};
constexpr Member kAttributeValues{"ExpressionAttributeValues", &kItem};

// GetItem
constexpr Member kGetInMembers[] = {
    kTableName,
    {"Key", &kItem, true},
    {"ConsistentRead", &kBoolean},
};
constexpr Shape kGetIn{.type = Type::Structure, .members = kGetInMembers};
constexpr Member kGetOutMembers[] = {{"Item", &kItem}};
constexpr Shape kGetOut{.type = Type::Structure, .members = kGetOutMembers};

// Query
constexpr Member kQueryInMembers[] = {
    kTableName,
    {"IndexName", &kString},
    {"KeyConditionExpression", &kString},
    {"FilterExpression", &kString},
    kAttributeNames,
    kAttributeValues,
    {"ConsistentRead", &kBoolean},
    {"Limit", &kInteger},
    {"ExclusiveStartKey", &kItem},
};
constexpr Shape kQueryIn{.type = Type::Structure, .members = kQueryInMembers};
constexpr Member kQueryOutMembers[] = {{"Items", &kItems}, {"LastEvaluatedKey", &kItem}};
constexpr Shape kQueryOut{.type = Type::Structure, .members = kQueryOutMembers};

// TransactWriteItems
constexpr Member kPutMembers[] = {
    {"Item", &kItem, true}, kTableName,       {"ConditionExpression", &kString},
    kAttributeNames,        kAttributeValues,
};
constexpr Shape kPut{.type = Type::Structure, .members = kPutMembers};
constexpr Member kWriteMembers[] = {{"Put", &kPut}};
constexpr Shape kWrite{.type = Type::Structure, .members = kWriteMembers};
constexpr Shape kWrites{.type = Type::List, .element = &kWrite};
constexpr Member kTransactInMembers[] = {
    {"TransactItems", &kWrites, true},
    {"ClientRequestToken", &kString, true},
};
constexpr Shape kTransactIn{.type = Type::Structure, .members = kTransactInMembers};

constexpr Operation operation(std::string_view name, const Shape& input, const Shape& output) {
  return {&kDynamoDb, name, "POST", "/", &input, &output};
}

}  // namespace

constinit const Operation kGetItem = operation("GetItem", kGetIn, kGetOut);
constinit const Operation kQuery = operation("Query", kQueryIn, kQueryOut);
// Its token makes a repeated call harmless.
constinit const Operation kTransactWriteItems =
    operation("TransactWriteItems", kTransactIn, kNothing);

}  // namespace trailwarden::aws
