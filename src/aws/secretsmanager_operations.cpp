// AWS Secrets Manager: JSON 1.1. Source of fact: its API Reference, API version 2017-10-17.
#include "aws/operations.h"

namespace trailwarden::aws {

constinit const Service kSecretsManager{.id = "SECRETS_MANAGER",
                                        .model = "secretsmanager",
                                        .host_prefix = "secretsmanager",
                                        .signing_name = "secretsmanager",
                                        .protocol = Protocol::Json,
                                        .json_version = "1.1",
                                        .target_prefix = "secretsmanager"};

namespace {

constexpr Member kGetInMembers[] = {
    {"SecretId", &kString, true}, {"VersionId", &kString}, {"VersionStage", &kString}};
constexpr Shape kGetIn{.type = Type::Structure, .members = kGetInMembers};
constexpr Member kGetOutMembers[] = {{"SecretBinary", &kBlob}, {"SecretString", &kString}};
constexpr Shape kGetOut{.type = Type::Structure, .members = kGetOutMembers};

}  // namespace

constinit const Operation kGetSecretValue{&kSecretsManager, "GetSecretValue", "POST", "/",
                                          &kGetIn,          &kGetOut};

}  // namespace trailwarden::aws
