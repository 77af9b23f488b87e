#include <boost/json/serialize.hpp>

#include "model/providers.h"
#include "scripted.h"

namespace trailwarden::model {
namespace {

std::unique_ptr<Provider> provider_at(const Scripted& service, const std::string& key = "") {
  auto made = make_openai({.http = std::make_shared<net::Client>(),
                           .base_url = service.url() + "/v1",
                           .key = key,
                           .model = "small"});
  EXPECT_TRUE(made);
  return std::move(made).take();
}

std::string answer(const std::string& message, const std::string& finish = "stop") {
  return R"({"id":"chatcmpl-1","model":"small-1","choices":[{"index":0,"message":)" + message +
         R"(,"finish_reason":")" + finish +
         R"("}],"usage":{"prompt_tokens":20,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":16}}})";
}

TEST(OpenAi, AsksForTheSchemaAndReadsIt) {
  Scripted service(
      {json_reply(answer(R"({"role":"assistant","content":"{\"verdict\":\"safe\"}"})"))});
  const auto reply = provider_at(service, "sk-key")->ask(a_question(), kTime, {});
  ASSERT_TRUE(reply) << to_string(reply.error());
  EXPECT_EQ(service.requests()[0].url.target, "/v1/chat/completions");
  EXPECT_EQ(service.header("authorization"), "Bearer sk-key");
  EXPECT_EQ(
      boost::json::serialize(service.body()),
      R"({"model":"small","messages":[{"role":"system","content":"Be brief."},{"role":"user",)"
      R"("content":"What is \"this\"?\n"}],"max_tokens":300,"response_format":{"type":)"
      R"("json_schema","json_schema":{"name":"report","strict":true,"schema":{"type":"object",)"
      R"("properties":{}}}}})");
  EXPECT_EQ(reply->structured, R"({"verdict":"safe"})");
  EXPECT_EQ(reply->usage, (Usage{4, 4, 16, 0})) << "what was cached is counted once";
}

TEST(OpenAi, SendsNoKeyWhereThereIsNone) {
  Scripted service({json_reply(answer(R"({"content":"x"})"))});
  ASSERT_TRUE(provider_at(service)->ask(a_question(), kTime, {}));
  EXPECT_EQ(service.header("authorization"), "(none)");
}

TEST(OpenAi, FallsBackToAToolThenToWordsAndRemembers) {
  const net::Response no = json_reply(R"({"error":"response_format is not supported"})", 400);
  Scripted service(
      {no,
       json_reply(answer(
           R"({"content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"report","arguments":"{\"a\":1}"}}]})",
           "tool_calls")),
       no, no, json_reply(answer(R"({"content":"{\"a\":2}"})")),
       json_reply(answer(R"({"content":"Type: Safe"})"))});
  const auto provider = provider_at(service);
  EXPECT_EQ(provider->ask(a_question(), kTime, {})->structured, R"({"a":1})");
  EXPECT_TRUE(service.body(0).contains("response_format"));
  EXPECT_EQ(boost::json::serialize(service.body(1).at("tool_choice")),
            R"({"type":"function","function":{"name":"report"}})");
  // The tool is tried first now, is refused twice as is the schema, and words are left.
  const auto second = provider->ask(a_question(), kTime, {});
  EXPECT_FALSE(second) << "the tool and the words were refused";
  const auto third = provider->ask(a_question(), kTime, {});
  ASSERT_TRUE(third);
  EXPECT_TRUE(service.body(4).contains("tools"));
  EXPECT_EQ(third->structured, R"({"a":2})");
}

TEST(OpenAi, WordsHoldTheSchema) {
  const net::Response no = json_reply(R"({"detail":"no tools here"})", 422);
  Scripted service({no, no, json_reply(answer(R"({"content":"fine"})"))});
  const auto reply = provider_at(service)->ask(a_question(), kTime, {});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->text, "fine");
  EXPECT_EQ(reply->structured, "");
  const std::string system =
      boost::json::serialize(service.body(2).at("messages").as_array()[0].at("content"));
  EXPECT_NE(system.find(R"({\"type\":\"object\",\"properties\":{}})"), std::string::npos);
  EXPECT_FALSE(service.body(2).contains("tools"));
}

TEST(OpenAi, WhatNoFormHelpsIsToldInTheFirstWords) {
  Scripted service(
      {json_reply(R"({"error":{"message":"context too long","code":"context_length_exceeded"}})",
                  400),
       json_reply(R"({"error":{"message":"other"}})", 400)});
  const auto provider = provider_at(service);
  const auto reply = provider->ask(a_question(), kTime, {});
  ASSERT_FALSE(reply);
  EXPECT_EQ(to_string(reply.error()),
            "OpenAI chat/completions: context_length_exceeded: context too long (HTTP 400)");
  (void)provider->ask(a_question(), kTime, {});
  EXPECT_TRUE(service.body(3).contains("response_format")) << "nothing was learned";
}

struct Bad {
  const char* why;
  net::Response reply;
  Failure::Kind kind;
  bool worth_retrying;
};

TEST(OpenAi, TellsWhatWentWrong) {
  const Bad kBad[] = {
      {"a model that is loading",
       json_reply(R"({"error":{"code":503,"message":"Loading model"}})", 503),
       Failure::Kind::Unavailable, true},
      {"no money", json_reply(R"({"error":{"code":"insufficient_quota","message":"pay"}})", 429),
       Failure::Kind::Refused, false},
      {"too many", json_reply(R"({"error":{"message":"slow"}})", 429), Failure::Kind::Throttled,
       true},
      {"another model", json_reply(R"({"error":"model not found"})", 404), Failure::Kind::Refused,
       false},
      {"no choices", json_reply(R"({"choices":[]})"), Failure::Kind::Unreadable, true},
      {"choices of another type", json_reply(R"({"choices":{"message":1}})"),
       Failure::Kind::Unreadable, true},
      {"a plain text", {200, {}, "data: {}"}, Failure::Kind::Unreadable, true},
  };
  for (const Bad& bad : kBad) {
    Scripted service({bad.reply});
    const auto reply = provider_at(service)->ask(a_question(), kTime, {});
    ASSERT_FALSE(reply) << bad.why;
    EXPECT_EQ(reply.error().kind, bad.kind) << bad.why;
    EXPECT_EQ(reply.error().worth_retrying, bad.worth_retrying) << bad.why;
  }
}

TEST(OpenAi, ReadsRefusalsFiltersAndOddTools) {
  Scripted service(
      {json_reply(answer(R"({"content":null,"refusal":"I will not."})")),
       json_reply(answer(R"({"content":""})", "content_filter")),
       json_reply(answer(
           R"({"content":"","tool_calls":[{"function":{"name":"report","arguments":"{half"}}]})")),
       json_reply(R"({"choices":[{"message":{"content":"x"},"finish_reason":"length"}]})")});
  const auto provider = provider_at(service);
  EXPECT_EQ(provider->ask(a_question(), kTime, {})->stop, StopReason::Refused);
  EXPECT_EQ(provider->ask(a_question(), kTime, {})->stop, StopReason::Refused);
  EXPECT_EQ(provider->ask(a_question(), kTime, {})->structured, "");
  const auto cut = provider->ask(a_question(), kTime, {});
  EXPECT_EQ(cut->stop, StopReason::Length);
  EXPECT_FALSE(cut->usage);
}

TEST(OpenAi, WantsAKeyForItself) { EXPECT_FALSE(make_openai({.http = nullptr, .model = "gpt"})); }

}  // namespace
}  // namespace trailwarden::model
