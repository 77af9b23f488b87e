#include "deploy/model_parts.h"

#include <gtest/gtest.h>

namespace trailwarden::deploy {
namespace {

struct Case {
  const char* why;
  const char* given;
  const char* model;
  const char* profile;
};

constexpr Case kModels[] = {
    {"a foundation model", "anthropic.claude-3-haiku-20240307-v1:0",
     "anthropic.claude-3-haiku-20240307-v1:0", ""},
    {"one whose name has another dot", "zai.glm-4.6", "zai.glm-4.6", ""},
    {"one whose maker is short", "ai21.jamba-1-5-mini-v1:0", "ai21.jamba-1-5-mini-v1:0", ""},
    {"a profile", "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
     "anthropic.claude-haiku-4-5-20251001-v1:0", "eu.anthropic.claude-haiku-4-5-20251001-v1:0"},
    {"of the Pacific", "apac.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0",
     "apac.amazon.nova-lite-v1:0"},
    {"of GovCloud", "us-gov.anthropic.claude-x", "anthropic.claude-x", "us-gov.anthropic.claude-x"},
    {"of the world", "global.anthropic.claude-x", "anthropic.claude-x",
     "global.anthropic.claude-x"},
    {"a model's ARN", "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
     "amazon.nova-lite-v1:0", ""},
    {"a profile's ARN",
     "arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:inference-profile/us-gov.amazon.nova-v1:0",
     "amazon.nova-v1:0", "us-gov.amazon.nova-v1:0"},
};

TEST(ModelParts, Table) {
  for (const Case& c : kModels) {
    const auto parts = model_parts(c.given);
    ASSERT_TRUE(parts) << c.why;
    EXPECT_EQ(parts->model, c.model) << c.why;
    EXPECT_EQ(parts->profile, c.profile) << c.why;
  }
}

TEST(ModelParts, WhatIsNone) {
  for (const char* given : {"claude", "", "a b.c", "eu.anthropic.*", "arn:", "arn:aws:s3:::a.b",
                            "arn:aws:bedrock:eu-west-1::foundation-model",
                            "arn:aws:bedrock:eu-west-1::foundation-model/a/b.c",
                            "arn:aws:bedrock:eu-west-1:111122223333:custom-model/a.b/c"}) {
    const auto parts = model_parts(given);
    ASSERT_FALSE(parts) << given;
    EXPECT_EQ(parts.error().code, ErrorCode::Usage);
  }
}

}  // namespace
}  // namespace trailwarden::deploy
