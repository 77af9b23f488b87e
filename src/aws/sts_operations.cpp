// AWS STS: Query. Source of fact: AWS Security Token Service API Reference, version 2011-06-15.
#include "aws/operations.h"

namespace trailwarden::aws {

constinit const Service kSts{.id = "STS",
                             .model = "sts",
                             .host_prefix = "sts",
                             .signing_name = "sts",
                             .protocol = Protocol::Query,
                             .api_version = "2011-06-15"};

namespace {

constexpr Member kIdentityMembers[] = {
    {"UserId", &kString}, {"Account", &kString, true}, {"Arn", &kString, true}};
constexpr Shape kIdentity{.type = Type::Structure, .members = kIdentityMembers};

constexpr Member kCredentialsMembers[] = {
    {"AccessKeyId", &kString, true},
    {"SecretAccessKey", &kString, true},
    {"SessionToken", &kString, true},
    {"Expiration", &kTimestamp, true},
};
constexpr Shape kCredentials{.type = Type::Structure, .members = kCredentialsMembers};
constexpr Member kUserMembers[] = {{"Arn", &kString, true}};
constexpr Shape kUser{.type = Type::Structure, .members = kUserMembers};
constexpr Member kAssumeOutMembers[] = {{"Credentials", &kCredentials, true},
                                        {"AssumedRoleUser", &kUser}};
constexpr Shape kAssumeOut{.type = Type::Structure, .members = kAssumeOutMembers};

constexpr Member kAssumeInMembers[] = {
    {"RoleArn", &kString, true}, {"RoleSessionName", &kString, true},
    {"Policy", &kString},        {"DurationSeconds", &kInteger},
    {"ExternalId", &kString},    {"SourceIdentity", &kString},
};
constexpr Shape kAssumeIn{.type = Type::Structure, .members = kAssumeInMembers};
constexpr Member kWebInMembers[] = {
    {"RoleArn", &kString, true},
    {"RoleSessionName", &kString, true},
    {"WebIdentityToken", &kString, true},
    {"DurationSeconds", &kInteger},
};
constexpr Shape kWebIn{.type = Type::Structure, .members = kWebInMembers};

}  // namespace

constinit const Operation kGetCallerIdentity{&kSts, "GetCallerIdentity", "POST",
                                             "/",   &kNothing,           &kIdentity};
constinit const Operation kAssumeRole{&kSts, "AssumeRole", "POST", "/", &kAssumeIn, &kAssumeOut};
constinit const Operation kAssumeRoleWithWebIdentity{.service = &kSts,
                                                     .name = "AssumeRoleWithWebIdentity",
                                                     .method = "POST",
                                                     .path = "/",
                                                     .input = &kWebIn,
                                                     .output = &kAssumeOut,
                                                     .is_signed = false};

}  // namespace trailwarden::aws
