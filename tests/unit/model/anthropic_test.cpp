#include <boost/json/serialize.hpp>

#include "model/providers.h"
#include "scripted.h"

namespace trailwarden::model {
namespace {

constexpr const char* kAnswer = R"({"id":"msg_1","type":"message","role":"assistant",
"model":"claude-x-20260101","content":[{"type":"thinking","thinking":"secret"},
{"type":"text","text":"Well."},{"type":"tool_use","id":"t","name":"report","input":{"verdict":"safe"}}],
"stop_reason":"tool_use","usage":{"input_tokens":11,"output_tokens":7,
"cache_creation_input_tokens":5,"cache_read_input_tokens":3}})";

std::unique_ptr<Provider> provider_at(const std::string& url,
                                      const std::string& key = "sk-secret") {
  auto made = make_anthropic(
      {.http = std::make_shared<net::Client>(), .base_url = url, .key = key, .model = "claude-x"});
  EXPECT_TRUE(made);
  return std::move(made).take();
}

TEST(Anthropic, AsksAsTheReferenceSays) {
  Scripted service({json_reply(kAnswer, 200, {{"request-id", "req_9"}})});
  const auto reply = provider_at(service.url())->ask(a_question(), kTime, {});
  ASSERT_TRUE(reply) << to_string(reply.error());
  EXPECT_EQ(service.requests()[0].url.target, "/v1/messages");
  EXPECT_EQ(service.header("x-api-key"), "sk-secret");
  EXPECT_EQ(service.header("anthropic-version"), "2023-06-01");
  EXPECT_EQ(service.header("content-type"), "application/json");
  EXPECT_EQ(boost::json::serialize(service.body()),
            R"({"model":"claude-x","max_tokens":300,"system":[{"type":"text","text":"Be brief.",)"
            R"("cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":)"
            R"("What is \"this\"?\n"}],"tools":[{"name":"report","description":"Reports.",)"
            R"("input_schema":{"type":"object","properties":{}}}],"tool_choice":{"type":"tool",)"
            R"("name":"report"}})");
  EXPECT_EQ(reply->text, "Well.");
  EXPECT_EQ(reply->structured, R"({"verdict":"safe"})");
  EXPECT_EQ(reply->stop, StopReason::Finished);
  EXPECT_EQ(reply->usage, (Usage{11, 7, 3, 5}));
  EXPECT_EQ(reply->request_id, "req_9");
  EXPECT_EQ(reply->model, "claude-x-20260101");
}

TEST(Anthropic, LeavesOutWhatIsNotAsked) {
  Scripted service({json_reply(kAnswer)});
  Request plain{.system = "",
                .turns = {{Role::User, "a"}, {Role::Assistant, "b"}, {Role::User, "c"}}};
  plain.temperature = 0.5;
  plain.caching = Caching::None;
  ASSERT_TRUE(provider_at(service.url() + "/")->ask(plain, kTime, {}));
  EXPECT_EQ(boost::json::serialize(service.body()),
            R"({"model":"claude-x","max_tokens":1024,"messages":[{"role":"user","content":"a"},)"
            R"({"role":"assistant","content":"b"},{"role":"user","content":"c"}],)"
            R"("temperature":5E-1})");
}

struct Bad {
  const char* why;
  net::Response reply;
  Failure::Kind kind;
  bool worth_retrying;
  const char* line;
};

TEST(Anthropic, AModelThatThinksIsOfferedTheTool) {
  Scripted service(
      {json_reply(R"({"error":{"type":"invalid_request_error","message":"thinking"}})", 400),
       json_reply(kAnswer)});
  const auto provider = provider_at(service.url());
  ASSERT_TRUE(provider->ask(a_question(), kTime, {}));
  EXPECT_TRUE(service.body(1).contains("tools"));
  EXPECT_FALSE(service.body(1).contains("tool_choice"));
  ASSERT_TRUE(provider->ask(a_question(), kTime, {}));
  EXPECT_FALSE(service.body(2).contains("tool_choice")) << "it is remembered";
}

TEST(Anthropic, TellsWhatWentWrong) {
  const std::string overloaded =
      R"({"type":"error","error":{"type":"overloaded_error","message":"Over\nloaded"},"request_id":"req_7"})";
  const Bad kBad[] = {
      {"overloaded", json_reply(overloaded, 529), Failure::Kind::Unavailable, true,
       "Anthropic messages: overloaded_error: Over loaded (HTTP 529, request req_7)"},
      {"no retry though 500", json_reply("{}", 500, {{"x-should-retry", "false"}}),
       Failure::Kind::Unavailable, false, "Anthropic messages (HTTP 500)"},
      {"a wrong key",
       json_reply(R"({"error":{"type":"authentication_error","message":"bad"}})", 401),
       Failure::Kind::Credentials, false,
       "Anthropic messages: authentication_error: bad (HTTP 401)"},
      {"a wrong question",
       json_reply(R"({"error":{"type":"invalid_request_error","message":"no"}})", 400),
       Failure::Kind::Refused, false, "Anthropic messages: invalid_request_error: no (HTTP 400)"},
      {"a proxy's page",
       {200, {{"Content-Type", "text/html"}}, "<html>"},
       Failure::Kind::Unreadable,
       true,
       "Anthropic messages: the answer is no JSON object but \"text/html\" (HTTP 200)"},
      {"half an answer", json_reply(std::string(kAnswer).substr(0, 60)), Failure::Kind::Unreadable,
       true,
       "Anthropic messages: the answer is no JSON object but \"application/json\" (HTTP 200)"},
      {"no content", json_reply("{}"), Failure::Kind::Unreadable, true,
       "Anthropic messages: the answer has no content (HTTP 200)"},
      {"an array", json_reply("[]"), Failure::Kind::Unreadable, true,
       "Anthropic messages: the answer is no JSON object but \"application/json\" (HTTP 200)"},
  };
  for (const Bad& bad : kBad) {
    Scripted service({bad.reply});
    const auto reply = provider_at(service.url())->ask(a_question(), kTime, {});
    ASSERT_FALSE(reply) << bad.why;
    EXPECT_EQ(reply.error().kind, bad.kind) << bad.why;
    EXPECT_EQ(reply.error().worth_retrying, bad.worth_retrying) << bad.why;
    EXPECT_EQ(to_string(reply.error()), bad.line) << bad.why;
    EXPECT_EQ(to_string(reply.error()).find("secret"), std::string::npos);
  }
}

TEST(Anthropic, HearsHowLongToWait) {
  Scripted service({json_reply("{}", 429, {{"Retry-After", "3"}})});
  const auto reply = provider_at(service.url())->ask(a_question(), kTime, {});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, Failure::Kind::Throttled);
  EXPECT_EQ(reply.error().server_asks, std::chrono::seconds(3));
  EXPECT_FALSE(reply.error().may_be_billed);
}

TEST(Anthropic, ReadsNoHugeAnswer) {
  Scripted service({json_reply(std::string(5U << 20U, ' '))});
  const auto reply = provider_at(service.url())->ask(a_question(), kTime, {});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, Failure::Kind::Unreadable);
  EXPECT_FALSE(reply.error().worth_retrying);
}

TEST(Anthropic, RefusalsAndCutAnswersAreNoErrors) {
  Scripted service({json_reply(R"({"content":[],"stop_reason":"refusal"})"),
                    json_reply(R"({"content":[],"stop_reason":"max_tokens"})"),
                    json_reply(R"({"content":[{"type":"tool_use","name":"other","input":{}},7,
                                   {"type":"tool_use","name":"report","input":"text"}]})")});
  const auto provider = provider_at(service.url());
  EXPECT_EQ(provider->ask(a_question(), kTime, {})->stop, StopReason::Refused);
  EXPECT_EQ(provider->ask(a_question(), kTime, {})->stop, StopReason::Length);
  const auto odd = provider->ask(a_question(), kTime, {});
  EXPECT_EQ(odd->stop, StopReason::Other);
  EXPECT_EQ(odd->structured, "") << "of another tool, or no object";
  EXPECT_FALSE(odd->usage);
}

TEST(Anthropic, WantsAKeyForItself) {
  EXPECT_FALSE(make_anthropic({.http = nullptr, .model = "claude-x"}));
  EXPECT_FALSE(make_anthropic({.http = nullptr, .base_url = "claude", .model = "claude-x"}));
}

TEST(Anthropic, SilenceEndsWithTheTime) {
  auto server = net::Server::start({}, [](const net::Request&, const std::string&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return json_reply(kAnswer);
  });
  ASSERT_TRUE(server);
  const auto reply = provider_at("http://127.0.0.1:" + std::to_string((*server)->port()))
                         ->ask(a_question(), std::chrono::milliseconds(50), {});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, Failure::Kind::Unavailable);
  EXPECT_TRUE(reply.error().may_be_billed) << "the service may be at work";
}

}  // namespace
}  // namespace trailwarden::model
