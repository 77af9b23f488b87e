#include "model/bedrock.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "model/http_call.h"
#include "model/json_read.h"
#include "model/messages.h"

namespace trailwarden::model {
namespace {

namespace json = boost::json;
using Kind = Failure::Kind;

// One attempt a call: guard.h tries again, within its caller's time.
aws::Session with_one_attempt(aws::Session session) {
  auto settings = std::make_shared<aws::Settings>(*session.settings);
  settings->attempts_max = 1;
  session.settings = std::move(settings);
  return session;
}

Kind kind_of(const aws::Failure& failure) {
  switch (failure.kind) {
    case aws::Failure::Kind::Credentials:
      return Kind::Credentials;
    case aws::Failure::Kind::Unreachable:
      return Kind::Unavailable;
    case aws::Failure::Kind::Unreadable:
      return Kind::Unreadable;
    case aws::Failure::Kind::Cancelled:
      return Kind::Cancelled;
    case aws::Failure::Kind::Refused:
    case aws::Failure::Kind::Exhausted:
      break;
  }
  // By status, ModelNotReadyException (429), ModelTimeoutException (408) and ModelErrorException
  // (424) included: Amazon Bedrock API Reference, InvokeModel, "Errors".
  if (failure.status == 429) return Kind::Throttled;
  if (failure.status == 408 || failure.status == 424 || failure.status >= 500) {
    return Kind::Unavailable;
  }
  return Kind::Refused;
}

Failure unreadable(std::string operation, std::string message) {
  return {.kind = Kind::Unreadable,
          .service = "Bedrock",
          .operation = std::move(operation),
          .message = std::move(message),
          .status = 200,
          .attempts = 1,
          .worth_retrying = true,
          .may_be_billed = true};
}

json::array texts(const std::string& text) { return {json::object{{"text", text}}}; }

json::object tool_config(const AnswerForm& form, FormStep step) {
  json::object spec{{"name", form.name},
                    {"description", form.description},
                    {"inputSchema", {{"json", schema_of(form)}}}};
  json::object config{{"tools", json::array{json::object{{"toolSpec", std::move(spec)}}}}};
  if (step == FormStep::Strict) config["toolChoice"] = {{"tool", {{"name", form.name}}}};
  return config;
}

json::object converse_body(const Request& request, std::string_view model, FormStep step) {
  json::object input;
  json::array messages;
  for (const Turn& turn : request.turns) {
    messages.push_back(json::object{{"role", turn.role == Role::User ? "user" : "assistant"},
                                    {"content", texts(turn.text)}});
  }
  input["messages"] = std::move(messages);
  if (const std::string words = instructions(request, step); !words.empty()) {
    json::array system = texts(words);
    // Other makers' models refuse a cache point (ValidationException); Nova's and Claude's take it.
    const bool takes_cache_point =
        model.find("anthropic.") != model.npos || model.find("amazon.nova") != model.npos;
    if (request.caching == Caching::System && takes_cache_point) {
      system.push_back(json::object{{"cachePoint", {{"type", "default"}}}});
    }
    input["system"] = std::move(system);
  }
  json::object inference{{"maxTokens", request.max_tokens}};
  if (request.temperature) inference["temperature"] = *request.temperature;
  input["inferenceConfig"] = std::move(inference);
  if (request.form && step != FormStep::Words) {
    input["toolConfig"] = tool_config(*request.form, step);
  }
  return input;
}

Usage usage_of(const json::object& output) {
  const json::object* usage = object_in(output, "usage");
  if (usage == nullptr) return {};
  return {.input = count_in(*usage, "inputTokens"),
          .output = count_in(*usage, "outputTokens"),
          .cache_read = count_in(*usage, "cacheReadInputTokens"),
          .cache_write = count_in(*usage, "cacheWriteInputTokens")};
}

Result<Reply> read_converse(const json::object& output, const Request& request) {
  const json::object* wrapper = object_in(output, "output");
  const json::object* message = wrapper == nullptr ? nullptr : object_in(*wrapper, "message");
  const json::array* content = message == nullptr ? nullptr : array_in(*message, "content");
  if (content == nullptr) return fail(ErrorCode::Decode, "the answer has no message");
  Reply reply;
  for (const json::value& value : *content) {
    const json::object* block = value.if_object();
    if (block == nullptr) continue;
    reply.text += text_in(*block, "text");
    const json::object* use = object_in(*block, "toolUse");
    const json::object* input = use == nullptr ? nullptr : object_in(*use, "input");
    if (input != nullptr && request.form && reply.structured.empty() &&
        text_in(*use, "name") == request.form->name) {
      reply.structured = json::serialize(*input);
    }
  }
  reply.stop_word = text_in(output, "stopReason");
  reply.stop = stop_reason_of(reply.stop_word);
  reply.usage = usage_of(output);
  return reply;
}

}  // namespace

json::object bedrock_body(const Request& request, std::string_view model, BedrockCall call,
                          FormStep step) {
  if (call == BedrockCall::Converse) return converse_body(request, model, step);
  json::object body{{"anthropic_version", "bedrock-2023-05-31"}};
  for (auto& entry : messages_body(request, step)) body.emplace(entry.key(), entry.value());
  return body;
}

Result<Reply> read_bedrock_reply(const json::object& body, BedrockCall call,
                                 const Request& request) {
  return call == BedrockCall::Converse ? read_converse(body, request)
                                       : read_messages_reply(body, request);
}

Failure bedrock_failure(const aws::Failure& failure) {
  const Kind kind = kind_of(failure);
  const bool answered = failure.status != 0;
  return {.kind = kind,
          .service = "Bedrock",
          .operation = failure.operation,
          .code = failure.code,
          .message = failure.message,
          .request_id = failure.request_id,
          .status = failure.status,
          .attempts = std::max(failure.attempts, 1U),
          .worth_retrying =
              kind == Kind::Throttled || kind == Kind::Unavailable || kind == Kind::Unreadable,
          .may_be_billed = kind == Kind::Unreadable || (kind == Kind::Unavailable && !answered)};
}

std::string bedrock_region(std::string_view model) {
  if (!model.starts_with("arn:")) return {};
  for (int part = 0; part < 3; ++part)
    model.remove_prefix(std::min(model.find(':') + 1, model.size()));
  return std::string(model.substr(0, model.find(':')));
}

namespace {

class Bedrock final : public Provider {
 public:
  Bedrock(const aws::Session& session, const BedrockOptions& options)
      : client_(with_one_attempt(session), aws::kBedrockRuntime, bedrock_region(options.model)),
        model_(options.model),
        call_(options.call) {}

  Outcome<Reply> ask(const Request& request, std::chrono::milliseconds time,
                     const std::stop_token& stop) override {
    auto reply = ladder_.ask(request, time, [&](FormStep step, std::chrono::milliseconds left) {
      aws::CallOptions options;
      options.limits = {.silence = left, .total = left, .body_bytes = kAnswerBytesMax};
      return call_ == BedrockCall::Converse ? converse(request, step, options, stop)
                                            : invoke(request, step, options, stop);
    });
    if (reply && reply->model.empty()) reply->model = model_;
    return reply;
  }

  const std::string& service() const override { return service_; }
  const std::string& model() const override { return model_; }

 private:
  Outcome<Reply> converse(const Request& request, FormStep step, const aws::CallOptions& options,
                          const std::stop_token& stop) {
    json::object input = bedrock_body(request, model_, call_, step);
    input["modelId"] = model_;
    const auto output = client_.call(aws::kConverse, input, stop, options);
    if (!output) return tl::unexpected(bedrock_failure(output.error()));
    auto reply = read_bedrock_reply(*output, call_, request);
    if (!reply) return tl::unexpected(unreadable("Converse", reply.error().message));
    return *std::move(reply);
  }

  Outcome<Reply> invoke(const Request& request, FormStep step, const aws::CallOptions& options,
                        const std::stop_token& stop) {
    const json::object body = bedrock_body(request, model_, call_, step);
    const auto output = client_.call(aws::kInvokeModel,
                                     {{"modelId", model_},
                                      {"contentType", "application/json"},
                                      {"accept", "application/json"},
                                      {"body", json::serialize(body)}},
                                     stop, options);
    if (!output) return tl::unexpected(bedrock_failure(output.error()));
    const auto answer = parse_json(text_in(*output, "body"));
    if (!answer || !answer->is_object()) {
      return tl::unexpected(unreadable("InvokeModel", "the answer is no JSON object"));
    }
    auto reply = read_bedrock_reply(answer->get_object(), call_, request);
    if (!reply) return tl::unexpected(unreadable("InvokeModel", reply.error().message));
    return *std::move(reply);
  }

  std::string service_ = "Bedrock";
  aws::Client client_;
  std::string model_;
  BedrockCall call_;
  FormLadder ladder_;
};

}  // namespace

std::unique_ptr<Provider> make_bedrock(const aws::Session& session, const BedrockOptions& options) {
  return std::make_unique<Bedrock>(session, options);
}

}  // namespace trailwarden::model
