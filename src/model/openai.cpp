#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "model/form_ladder.h"
#include "model/http_call.h"
#include "model/json_read.h"
#include "model/messages.h"
#include "model/providers.h"

namespace trailwarden::model {
namespace {

namespace json = boost::json;

constexpr const char* kOwnUrl = "https://api.openai.com/v1";
constexpr std::string_view kOwnHost = "api.openai.com";

json::value named_tool(const std::string& name) {
  return {{"type", "function"}, {"function", {{"name", name}}}};
}

// Here the strictest way is a response format, the next a tool that must be used.
void ask_for_form(const AnswerForm& form, FormStep step, json::object& body) {
  if (step == FormStep::Strict) {
    json::object schema{{"name", form.name}, {"strict", true}, {"schema", schema_of(form)}};
    body["response_format"] = {{"type", "json_schema"}, {"json_schema", std::move(schema)}};
  }
  if (step == FormStep::Loose) {
    json::object function{
        {"name", form.name}, {"description", form.description}, {"parameters", schema_of(form)}};
    body["tools"] =
        json::array{json::object{{"type", "function"}, {"function", std::move(function)}}};
    body["tool_choice"] = named_tool(form.name);
  }
}

json::array messages_of(const Request& request, FormStep step) {
  const std::string system = instructions(request, step);
  json::array messages;
  if (!system.empty()) messages.push_back(json::object{{"role", "system"}, {"content", system}});
  for (const Turn& turn : request.turns) {
    messages.push_back(json::object{{"role", turn.role == Role::User ? "user" : "assistant"},
                                    {"content", turn.text}});
  }
  return messages;
}

StopReason stop_of(std::string_view word) {
  if (word == "stop" || word == "tool_calls") return StopReason::Finished;
  if (word == "length") return StopReason::Length;
  return word == "content_filter" ? StopReason::Refused : StopReason::Other;
}

std::optional<Usage> usage_of(const json::object& body) {
  const json::object* usage = object_in(body, "usage");
  if (usage == nullptr || member(*usage, "prompt_tokens") == nullptr) return std::nullopt;
  Usage result{.input = count_in(*usage, "prompt_tokens"),
               .output = count_in(*usage, "completion_tokens")};
  // Here prompt_tokens holds what was read from a cache.
  if (const json::object* details = object_in(*usage, "prompt_tokens_details")) {
    result.cache_read = std::min(count_in(*details, "cached_tokens"), result.input);
    result.input -= result.cache_read;
  }
  return result;
}

// The arguments of the call of the tool `name`: a text that should be JSON.
std::string arguments_of(const json::object& message, std::string_view name) {
  const json::array* calls = array_in(message, "tool_calls");
  if (calls == nullptr) return {};
  for (const json::value& value : *calls) {
    const json::object* call = value.if_object();
    const json::object* function = call == nullptr ? nullptr : object_in(*call, "function");
    if (function != nullptr && text_in(*function, "name") == name) {
      return text_in(*function, "arguments");
    }
  }
  return {};
}

bool is_object(const std::string& text) {
  const auto value = parse_json(text);
  return value && value->is_object();
}

Result<Reply> read_reply(const json::object& body, const Request& request) {
  const json::array* choices = array_in(body, "choices");
  const json::object* choice =
      choices == nullptr || choices->empty() ? nullptr : choices->front().if_object();
  const json::object* message = choice == nullptr ? nullptr : object_in(*choice, "message");
  if (message == nullptr) return fail(ErrorCode::Decode, "the answer has no message");
  Reply reply;
  reply.text = text_in(*message, "content");
  if (request.form) {
    reply.structured = arguments_of(*message, request.form->name);
    if (reply.structured.empty() && is_object(reply.text)) reply.structured = reply.text;
    if (!is_object(reply.structured)) reply.structured.clear();
  }
  reply.stop_word = text_in(*choice, "finish_reason");
  reply.stop = stop_of(reply.stop_word);
  if (const std::string refusal = text_in(*message, "refusal"); !refusal.empty()) {
    reply.stop = StopReason::Refused;
    reply.text = refusal;
  }
  reply.usage = usage_of(body);
  reply.request_id = text_in(body, "id");
  reply.model = text_in(body, "model");
  return reply;
}

class OpenAi final : public Provider {
 public:
  OpenAi(HttpOptions options, net::Url url)
      : http_(std::move(options.http)), model_(std::move(options.model)), url_(std::move(url)) {
    if (!options.key.empty()) headers_.emplace_back("Authorization", "Bearer " + options.key);
  }

  Outcome<Reply> ask(const Request& request, std::chrono::milliseconds time,
                     const std::stop_token& stop) override {
    return ladder_.ask(request, time, [&](FormStep step, std::chrono::milliseconds left) {
      return ask_once(request, step, left, stop);
    });
  }

  const std::string& service() const override { return service_; }
  const std::string& model() const override { return model_; }

 private:
  Outcome<Reply> ask_once(const Request& request, FormStep step, std::chrono::milliseconds time,
                          const std::stop_token& stop) {
    json::object body{{"model", model_}, {"messages", messages_of(request, step)}};
    // OpenAI's newer models refuse the old name, other servers do not know the new one.
    body[url_.host == kOwnHost ? "max_completion_tokens" : "max_tokens"] = request.max_tokens;
    if (request.temperature) body["temperature"] = *request.temperature;
    if (request.form) ask_for_form(*request.form, step, body);
    const HttpCall call{*http_, service_, "chat/completions", url_, headers_};
    auto answer = post_json(call, json::serialize(body), time, stop);
    if (!answer) return tl::unexpected(std::move(answer).error());
    return reply_to(call, *answer, read_reply(answer->body, request), model_);
  }

  std::string service_ = "OpenAI";
  std::shared_ptr<net::Client> http_;
  std::string model_;
  net::Url url_;
  std::vector<net::Header> headers_;
  FormLadder ladder_;
};

}  // namespace

Result<std::unique_ptr<Provider>> make_openai(HttpOptions options) {
  if (options.base_url.empty() && options.key.empty()) {
    return fail(ErrorCode::Usage, "OpenAI wants a key");
  }
  net::Url url = TW_TRY(service_url(options.base_url, kOwnUrl, "/chat/completions"));
  return std::unique_ptr<Provider>(std::make_unique<OpenAi>(std::move(options), std::move(url)));
}

}  // namespace trailwarden::model
