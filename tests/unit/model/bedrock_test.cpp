#include <boost/json/serialize.hpp>

#include "model/providers.h"
#include "scripted.h"

namespace trailwarden::model {
namespace {

class FixedKeys final : public aws::CredentialsProvider {
 public:
  aws::Outcome<aws::Credentials> get(const std::stop_token&) override {
    aws::Credentials keys;
    keys.access_key_id = "AKIDEXAMPLE";
    keys.secret_access_key = "secret";
    return keys;
  }
  void discard(const aws::Credentials&) override {}
  std::string name() const override { return "a test"; }
};

aws::Session session_at(const Scripted& service) {
  auto settings = std::make_shared<aws::Settings>();
  settings->environment = [url = service.url()](const std::string& name) {
    return name == "AWS_ENDPOINT_URL_BEDROCK_RUNTIME" ? std::optional(url) : std::nullopt;
  };
  settings->region = "eu-central-1";
  settings->attempts_max = 3;
  aws::Session session;
  session.settings = settings;
  session.credentials = std::make_shared<FixedKeys>();
  session.http = std::make_shared<net::Client>();
  return session;
}

constexpr const char* kModel = "eu.anthropic.claude-haiku-4-5-20251001-v1:0";
constexpr const char* kConversed = R"({"output":{"message":{"role":"assistant","content":[
{"reasoningContent":{}},{"text":"Well."},{"toolUse":{"toolUseId":"t","name":"report","input":{"a":[1]}}}]}},
"stopReason":"tool_use","usage":{"inputTokens":9,"outputTokens":8,"totalTokens":17,
"cacheReadInputTokens":7,"cacheWriteInputTokens":6}})";

TEST(Bedrock, Converses) {
  Scripted service({json_reply(kConversed)});
  const auto provider = make_bedrock(session_at(service), {.model = kModel});
  const auto reply = provider->ask(a_question(), kTime, {});
  ASSERT_TRUE(reply) << to_string(reply.error());
  EXPECT_EQ(service.requests()[0].url.target,
            "/model/eu.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse");
  EXPECT_NE(service.header("authorization").find("/eu-central-1/bedrock/aws4_request"),
            std::string::npos);
  EXPECT_EQ(
      boost::json::serialize(service.body()),
      R"({"messages":[{"role":"user","content":[{"text":"What is \"this\"?\n"}]}],)"
      R"("system":[{"text":"Be brief."},{"cachePoint":{"type":"default"}}],)"
      R"("inferenceConfig":{"maxTokens":300},"toolConfig":{"tools":[{"toolSpec":{"name":"report",)"
      R"("description":"Reports.","inputSchema":{"json":{"type":"object","properties":{}}}}}],)"
      R"("toolChoice":{"tool":{"name":"report"}}}})");
  EXPECT_EQ(reply->text, "Well.");
  EXPECT_EQ(reply->structured, R"({"a":[1]})");
  EXPECT_EQ(reply->usage, (Usage{9, 8, 7, 6}));
  EXPECT_EQ(reply->model, kModel);
}

TEST(Bedrock, AsksOtherMakersForNoCache) {
  Scripted service({json_reply(kConversed)});
  ASSERT_TRUE(make_bedrock(session_at(service), {.model = "meta.llama3-8b-instruct-v1:0"})
                  ->ask(a_question(), kTime, {}));
  EXPECT_EQ(boost::json::serialize(service.body().at("system")), R"([{"text":"Be brief."}])");
}

TEST(Bedrock, AModelWithoutToolsIsToldTheSchema) {
  const auto no = json_reply(R"({"message":"This model doesn't support tool use."})", 400,
                             {{"x-amzn-ErrorType", "ValidationException"}});
  Scripted service({no, no, json_reply(kConversed)});
  ASSERT_TRUE(
      make_bedrock(session_at(service), {.model = "some.model"})->ask(a_question(), kTime, {}));
  EXPECT_FALSE(service.body(1).at("toolConfig").as_object().contains("toolChoice"));
  EXPECT_FALSE(service.body(2).contains("toolConfig"));
  const std::string system = boost::json::serialize(service.body(2).at("system"));
  EXPECT_NE(system.find("JSON Schema"), std::string::npos);
}

TEST(Bedrock, AnArnSaysWhichRegionIsAsked) {
  Scripted service({json_reply(kConversed)});
  const std::string arn =
      "arn:aws:bedrock:us-west-2:111122223333:application-inference-profile/abc";
  ASSERT_TRUE(make_bedrock(session_at(service), {.model = arn})->ask(a_question(), kTime, {}));
  EXPECT_EQ(service.requests()[0].url.target,
            "/model/arn%3Aaws%3Abedrock%3Aus-west-2%3A111122223333%3Aapplication-inference-profile"
            "%2Fabc/converse");
  EXPECT_NE(service.header("authorization").find("/us-west-2/bedrock/"), std::string::npos);
}

TEST(Bedrock, InvokesWithAnthropicsBody) {
  Scripted service({json_reply(
      R"({"id":"msg_2","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn",
          "usage":{"input_tokens":1,"output_tokens":2}})")});
  const auto provider =
      make_bedrock(session_at(service), {.model = kModel, .call = BedrockCall::InvokeModel});
  const auto reply = provider->ask(a_question(), kTime, {});
  ASSERT_TRUE(reply) << to_string(reply.error());
  EXPECT_EQ(service.requests()[0].url.target,
            "/model/eu.anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke");
  EXPECT_EQ(service.body().at("anthropic_version"), "bedrock-2023-05-31");
  EXPECT_FALSE(service.body().contains("model"));
  EXPECT_EQ(service.body().at("tool_choice").at("name"), "report");
  EXPECT_EQ(reply->text, "Hi");
}

struct Bad {
  unsigned status;
  const char* code;
  Failure::Kind kind;
  bool worth_retrying;
};

TEST(Bedrock, TellsWhatWentWrongAndAsksOnce) {
  const Bad kBad[] = {
      {429, "ThrottlingException", Failure::Kind::Throttled, true},
      {429, "ModelNotReadyException", Failure::Kind::Throttled, true},
      {503, "ServiceUnavailableException", Failure::Kind::Unavailable, true},
      {500, "InternalServerException", Failure::Kind::Unavailable, true},
      {408, "ModelTimeoutException", Failure::Kind::Unavailable, true},
      {424, "ModelErrorException", Failure::Kind::Unavailable, true},
      {400, "ValidationException", Failure::Kind::Refused, false},
      {403, "AccessDeniedException", Failure::Kind::Refused, false},
      {404, "ResourceNotFoundException", Failure::Kind::Refused, false},
  };
  for (const Bad& bad : kBad) {
    Scripted service({json_reply(R"({"message":"words"})", bad.status,
                                 {{"x-amzn-ErrorType", bad.code}, {"x-amzn-RequestId", "r-1"}})});
    const auto reply =
        make_bedrock(session_at(service), {.model = kModel})->ask(a_question(), kTime, {});
    ASSERT_FALSE(reply) << bad.code;
    EXPECT_EQ(reply.error().kind, bad.kind) << bad.code;
    EXPECT_EQ(reply.error().worth_retrying, bad.worth_retrying) << bad.code;
    EXPECT_EQ(to_string(reply.error()), "Bedrock Converse: " + std::string(bad.code) +
                                            ": words (HTTP " + std::to_string(bad.status) +
                                            ", request r-1)");
    EXPECT_EQ(service.requests().size(), bad.status == 400 ? 3U : 1U)
        << bad.code << ": a retry is the guard's";
  }
}

TEST(Bedrock, AnswersWithoutWhatTheyPromiseAreUnreadable) {
  for (const char* body :
       {"{}", "{",
        R"({"output":{},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":1}})"}) {
    Scripted service({json_reply(body)});
    const auto reply =
        make_bedrock(session_at(service), {.model = kModel})->ask(a_question(), kTime, {});
    ASSERT_FALSE(reply) << body;
    EXPECT_EQ(reply.error().kind, Failure::Kind::Unreadable) << body;
    EXPECT_TRUE(reply.error().may_be_billed) << body;
  }
}

}  // namespace
}  // namespace trailwarden::model
