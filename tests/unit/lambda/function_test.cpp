#include "lambda/function.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../watch/parts.h"
#include "json/writer.h"

namespace trailwarden::lambda {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using watch::FakeSink;
using watch::record;

std::string sqs_batch(const std::vector<std::pair<std::string, std::string>>& messages) {
  std::string out;
  json::Writer json(out);
  json.begin_object().key("Records").begin_array();
  for (const auto& [id, body] : messages) {
    json.begin_object();
    json.key("messageId").string(id);
    json.key("eventSource").string("aws:sqs");
    json.key("body").string(body);
    json.end_object();
  }
  json.end_array().end_object();
  return out;
}

class FunctionTest : public testing::Test {
 protected:
  FunctionTest()
      : store_(store::Store::open(":memory:").value()),
        log_(watch::LogForm::Json, clock_.reader(),
             [this](std::string_view line) { lines_.emplace_back(line); }) {}

  Answer handle(const std::string& payload) {
    if (!function_) {
      function_ = std::make_unique<Function>(
          FunctionSetup{.engine = watch::four_rules(),
                        .store = *store_,
                        .store_lasts = store_lasts_,
                        .sinks = {&sink_},
                        .fetch = [this](const source::ObjectRef& object,
                                        const std::stop_token&) { return fetch_(object); },
                        .metrics = metrics_,
                        .log = log_,
                        .now = clock_.reader(),
                        .chance = [] { return 0.0; }});
    }
    return function_->handle(payload, std::chrono::system_clock::now() + std::chrono::minutes{1});
  }

  watch::ManualClock clock_;
  FakeSink sink_;
  bool store_lasts_ = false;
  std::function<aws::Outcome<std::string>(const source::ObjectRef&)> fetch_;
  watch::Metrics metrics_;
  std::vector<std::string> lines_;
  std::unique_ptr<store::Store> store_;
  watch::Log log_;
  std::unique_ptr<Function> function_;
};

TEST_F(FunctionTest, ToldBeforeItAnswers) {
  const Answer answer = handle(record("Critical", "e-1"));
  EXPECT_EQ(answer.error, "");
  EXPECT_THAT(sink_.kinds(), ElementsAre("opened"));
}

TEST_F(FunctionTest, OfABatchOnlyWhatFailedComesAgain) {
  const Answer answer = handle(sqs_batch(
      {{"m-1", record("Critical", "e-1")}, {"m-2", "no JSON"}, {"m-3", record("Low", "e-3")}}));
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(answer.body, R"({"batchItemFailures":[{"itemIdentifier":"m-2"}]})");
  EXPECT_THAT(lines_, testing::Contains(HasSubstr("m-2")));
}

TEST_F(FunctionTest, WhatNobodyWasToldOfFailsWhereNothingLasts) {
  sink_.answer = [](const FakeSink::Call&) -> sink::Outcome { return sink::Postponed{"busy", {}}; };
  const Answer answer =
      handle(sqs_batch({{"m-1", record("Critical", "e-1")}, {"m-2", record("Harmless", "e-2")}}));
  EXPECT_EQ(answer.body, R"({"batchItemFailures":[{"itemIdentifier":"m-1"}]})");
  EXPECT_THAT(handle(record("Critical", "e-9", 0, "trudy")).error, HasSubstr("told"));
  // The same event again, and the sink is well: told once, by the same key.
  sink_.answer = {};
  clock_.now += 3'600'000;
  EXPECT_EQ(handle(sqs_batch({{"m-1", record("Critical", "e-1")}})).body,
            R"({"batchItemFailures":[]})");
  const auto calls = sink_.calls();
  EXPECT_EQ(calls.front().key, calls[calls.size() - 2].key);
}

TEST_F(FunctionTest, AStoreThatLastsKeepsWhatIsToBeSent) {
  store_lasts_ = true;
  sink_.answer = [](const FakeSink::Call&) -> sink::Outcome { return sink::Postponed{"busy", {}}; };
  EXPECT_EQ(handle(sqs_batch({{"m-1", record("Critical", "e-1")}})).body,
            R"({"batchItemFailures":[]})");
  sink_.answer = {};
  clock_.now += 3'600'000;
  handle(record("Harmless", "e-2"));
  EXPECT_EQ(store_->statistics().value().sent, 1U);
}

TEST_F(FunctionTest, ObjectsThatANotificationNamesAreFetched) {
  std::vector<std::string> asked;
  fetch_ = [&](const source::ObjectRef& object) -> aws::Outcome<std::string> {
    asked.push_back(object.bucket + "/" + object.key);
    return record("Critical", "e-1");
  };
  const Answer answer =
      handle(R"({"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1",)"
             R"("eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"trail"},)"
             R"("object":{"key":"AWSLogs/1/CloudTrail/a+b.json.gz","size":10}}}]})");
  EXPECT_EQ(answer.error, "");
  EXPECT_THAT(asked, ElementsAre("trail/AWSLogs/1/CloudTrail/a b.json.gz"));
  EXPECT_THAT(sink_.kinds(), ElementsAre("opened"));
}

TEST_F(FunctionTest, AnObjectThatCannotBeHadFailsTheInvocation) {
  fetch_ = [](const source::ObjectRef&) -> aws::Outcome<std::string> {
    aws::Failure failure;
    failure.kind = aws::Failure::Kind::Refused;
    failure.code = "NoSuchKey";
    return tl::unexpected(std::move(failure));
  };
  EXPECT_THAT(
      handle(R"({"s3Bucket":"trail","s3ObjectKey":["AWSLogs/1/CloudTrail/x.json.gz"]})").error,
      HasSubstr("NoSuchKey"));
}

TEST_F(FunctionTest, ATimeThatIsOverIsNoSuccess) {
  handle(record("Harmless", "e-0"));
  const Answer answer =
      function_->handle(record("Critical", "e-1"), std::chrono::system_clock::now());
  EXPECT_FALSE(answer.error.empty() && sink_.calls().empty());
}

TEST_F(FunctionTest, WhatIsNoJsonIsAnError) { EXPECT_FALSE(handle("[").error.empty()); }

}  // namespace
}  // namespace trailwarden::lambda
