#include "lambda/payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trailwarden::lambda {
namespace {

TEST(Payload, ABatchFromSqsIsItsMessages) {
  const auto payload = read_payload(R"({"Records":[
      {"messageId":"m-1","eventSource":"aws:sqs","body":"{\"a\":1}"},
      {"messageId":"m-2","eventSource":"aws:sqs","body":"two"}]})");
  ASSERT_TRUE(payload);
  EXPECT_TRUE(payload->is_sqs);
  ASSERT_EQ(payload->items.size(), 2U);
  EXPECT_EQ(payload->items[0].id, "m-1");
  EXPECT_EQ(payload->items[0].body, R"({"a":1})");
  EXPECT_EQ(payload->items[1].body, "two");
}

TEST(Payload, ABatchFromSnsIsItsMessages) {
  const auto payload = read_payload(
      R"({"Records":[{"EventSource":"aws:sns","Sns":{"Message":"{\"a\":1}","MessageId":"x"}}]})");
  ASSERT_TRUE(payload);
  EXPECT_FALSE(payload->is_sqs);
  ASSERT_EQ(payload->items.size(), 1U);
  EXPECT_EQ(payload->items[0].body, R"({"a":1})");
}

TEST(Payload, EverythingElseIsOneItemAsItStands) {
  for (const std::string text :
       {R"({"source":"aws.iam","detail-type":"AWS API Call via CloudTrail","detail":{}})",
        R"({"Records":[{"eventSource":"aws:s3","s3":{}}]})", R"({"Records":[]})", R"({})",
        R"({"Records":[{"eventSource":"aws:sqs","body":"x"},{"eventSource":"aws:s3"}]})"}) {
    const auto payload = read_payload(text);
    ASSERT_TRUE(payload) << text;
    EXPECT_FALSE(payload->is_sqs) << text;
    ASSERT_EQ(payload->items.size(), 1U) << text;
    EXPECT_EQ(payload->items[0].body, text);
  }
}

TEST(Payload, AScheduleIsNoEvent) {
  const auto payload = read_payload(
      R"({"version":"0","detail-type":"Scheduled Event","source":"aws.events","detail":{}})");
  ASSERT_TRUE(payload);
  EXPECT_TRUE(payload->is_schedule);
  EXPECT_TRUE(payload->items.empty());
  const auto named_so = read_payload(R"({"detail-type":"Scheduled Event","source":"my.app"})");
  ASSERT_TRUE(named_so);
  EXPECT_FALSE(named_so->is_schedule) << "AWS's own sources cannot be used by others";
}

TEST(Payload, NoObjectIsRefused) {
  for (const char* text : {"", "[]", "1", "{", "null"}) EXPECT_FALSE(read_payload(text)) << text;
}

TEST(Payload, TheAnswerNamesWhatFailed) {
  EXPECT_EQ(batch_answer({}), R"({"batchItemFailures":[]})");
  EXPECT_EQ(batch_answer({"a", "b"}),
            R"({"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]})");
}

}  // namespace
}  // namespace trailwarden::lambda
