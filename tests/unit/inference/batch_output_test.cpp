#include "inference/batch_output.h"

#include <gtest/gtest.h>

namespace trailwarden::inference {
namespace {

using Kind = model::Failure::Kind;
using model::BedrockCall;

// What became of a line, in a word or two.
std::string outcome(const Result<BatchRecord>& record) {
  if (!record) return "no record: " + record.error().message;
  const auto& reply = record->reply;
  if (reply) return record->id + " says " + reply->text;
  const model::Failure& failure = reply.error();
  return record->id + " " + std::string(model::to_string(failure.kind)) + " " + failure.code +
         ": " + failure.message;
}

struct Row {
  const char* line;
  const char* outcome;
};

TEST(BedrockRecord, OfInvokeModel) {
  const Row rows[] = {
      {R"({"recordId":"r1","modelInput":{},"modelOutput":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}})",
       "r1 says ab"},
      {R"({"recordId":"r1","modelOutput":{"content":[]}})", "r1 says "},
      {R"({"recordId":"r1","error":{"errorCode":400,"errorMessage":"bad request"}})",
       "r1 refused 400: bad request"},
      {R"({"recordId":"r1","error":{"errorCode":"429","errorMessage":"slow"}})",
       "r1 refused 429: slow"},
      {R"({"recordId":"r1","error":{"errorCode":429,"errorMessage":"slow"}})",
       "r1 throttled 429: slow"},
      {R"({"recordId":"r1","error":{"errorCode":503}})", "r1 unavailable 503: "},
      {R"({"recordId":"r1","error":{}})", "r1 refused : "},
      {R"({"recordId":"r1","error":{"errorCode":-1,"errorMessage":[]}})", "r1 refused : "},
      // An error beside an answer: the answer is not to be trusted.
      {R"({"recordId":"r1","modelOutput":{"content":[]},"error":{"errorCode":400}})",
       "r1 refused 400: "},
      {R"({"recordId":"r1","error":null,"modelOutput":{"content":[]}})", "r1 says "},
      {R"({"recordId":"r1"})", "r1 unreadable : neither an answer nor an error"},
      {R"({"recordId":"r1","modelOutput":"text"})",
       "r1 unreadable : neither an answer nor an error"},
      {R"({"recordId":"r1","modelOutput":{}})", "r1 unreadable : the answer has no content"},
      {R"({"recordId":"","modelOutput":{}})", "no record: a line has no recordId"},
      {R"({"recordId":1})", "no record: a line has no recordId"},
      {"{}", "no record: a line has no recordId"},
      {"[]", "no record: a line is no JSON object"},
      {"{\"recordId\":\"r1\"", "no record: a line is no JSON object"},
      {"", "no record: a line is no JSON object"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(outcome(read_bedrock_record(row.line, BedrockCall::InvokeModel)), row.outcome)
        << row.line;
  }
}

TEST(BedrockRecord, OfConverse) {
  const auto record = read_bedrock_record(
      R"({"recordId":"r1","modelOutput":{"output":{"message":{"content":[{"text":"hello"}]}},
          "stopReason":"max_tokens","usage":{"inputTokens":7,"outputTokens":3}}})",
      BedrockCall::Converse);
  ASSERT_EQ(outcome(record), "r1 says hello");
  EXPECT_EQ(record->reply->stop, model::StopReason::Length);
  EXPECT_EQ(record->reply->usage, (model::Usage{.input = 7, .output = 3}));
}

TEST(BedrockRecord, UsageOfClaude) {
  const auto record = read_bedrock_record(
      R"({"recordId":"r1","modelOutput":{"content":[{"type":"text","text":"x"}],"stop_reason":"end_turn",
          "usage":{"input_tokens":9,"output_tokens":2}}})",
      BedrockCall::InvokeModel);
  ASSERT_TRUE(record && record->reply);
  EXPECT_EQ(record->reply->usage, (model::Usage{.input = 9, .output = 2}));
  EXPECT_EQ(record->reply->stop, model::StopReason::Finished);
}

TEST(AnthropicRecord, EveryResult) {
  const Row rows[] = {
      {R"({"custom_id":"r1","result":{"type":"succeeded","message":{"content":[{"type":"text","text":"a"}]}}})",
       "r1 says a"},
      {R"({"custom_id":"r1","result":{"type":"succeeded"}})",
       "r1 unreadable : an answer without its message"},
      {R"({"custom_id":"r1","result":{"type":"succeeded","message":{}}})",
       "r1 unreadable : the answer has no content"},
      {R"({"custom_id":"r1","result":{"type":"errored","error":{"type":"error","error":{"type":"invalid_request_error","message":"no"}}}})",
       "r1 refused invalid_request_error: no"},
      {R"({"custom_id":"r1","result":{"type":"errored"}})",
       "r1 refused errored: the service says no more"},
      {R"({"custom_id":"r1","result":{"type":"canceled"}})",
       "r1 refused canceled: the service says no more"},
      {R"({"custom_id":"r1","result":{"type":"expired"}})",
       "r1 refused expired: the service says no more"},
      {R"({"custom_id":"r1","result":{"type":"new"}})", "r1 refused new: the service says no more"},
      {R"({"custom_id":"r1","result":{}})", "r1 unreadable : a line without a result"},
      {R"({"custom_id":"r1"})", "r1 unreadable : a line without a result"},
      {R"({"result":{}})", "no record: a line has no custom_id"},
      {"null", "no record: a line is no JSON object"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(outcome(read_anthropic_record(row.line)), row.outcome) << row.line;
  }
}

TEST(ReadManifest, WhatItHas) {
  const auto manifest = read_manifest(
      R"({"totalRecordCount":10,"processedRecordCount":9,"successRecordCount":8,
          "errorRecordCount":1,"inputTokenCount":1000,"outputTokenCount":200})");
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->total, 10U);
  EXPECT_EQ(manifest->processed, 9U);
  EXPECT_EQ(manifest->succeeded, 8U);
  EXPECT_EQ(manifest->failed, 1U);
  EXPECT_EQ(manifest->input_tokens, 1000U);
  EXPECT_EQ(manifest->output_tokens, 200U);
}

TEST(ReadManifest, WhatItLacks) {
  const auto manifest = read_manifest(R"({"totalRecordCount":-1,"inputTokenCount":"7"})");
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->total, 0U);
  EXPECT_EQ(manifest->input_tokens, 0U);
  EXPECT_FALSE(read_manifest("[]"));
  EXPECT_FALSE(read_manifest(""));
}

}  // namespace
}  // namespace trailwarden::inference
