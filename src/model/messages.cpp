#include "model/messages.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "model/json_read.h"

namespace trailwarden::model {
namespace {

namespace json = boost::json;

json::array system_blocks(const Request& request, const std::string& system) {
  json::object block{{"type", "text"}, {"text", system}};
  if (request.caching == Caching::System) block["cache_control"] = {{"type", "ephemeral"}};
  return {std::move(block)};
}

json::array turns_of(const Request& request) {
  json::array turns;
  for (const Turn& turn : request.turns) {
    turns.push_back(json::object{{"role", turn.role == Role::User ? "user" : "assistant"},
                                 {"content", turn.text}});
  }
  return turns;
}

std::optional<Usage> usage_of(const json::object& body) {
  const json::object* usage = object_in(body, "usage");
  if (usage == nullptr) return std::nullopt;
  return Usage{.input = count_in(*usage, "input_tokens"),
               .output = count_in(*usage, "output_tokens"),
               .cache_read = count_in(*usage, "cache_read_input_tokens"),
               .cache_write = count_in(*usage, "cache_creation_input_tokens")};
}

}  // namespace

json::value schema_of(const AnswerForm& form) {
  return parse_json(form.schema).value_or(json::object());
}

json::object messages_body(const Request& request, FormStep step) {
  json::object body{{"max_tokens", request.max_tokens}};
  const std::string system = instructions(request, step);
  if (!system.empty()) body["system"] = system_blocks(request, system);
  body["messages"] = turns_of(request);
  if (request.temperature) body["temperature"] = *request.temperature;
  if (request.form && step != FormStep::Words) {
    const AnswerForm& form = *request.form;
    body["tools"] = json::array{json::object{
        {"name", form.name}, {"description", form.description}, {"input_schema", schema_of(form)}}};
    if (step == FormStep::Strict) body["tool_choice"] = {{"type", "tool"}, {"name", form.name}};
  }
  return body;
}

StopReason stop_reason_of(std::string_view word) {
  if (word == "end_turn" || word == "tool_use" || word == "stop_sequence") {
    return StopReason::Finished;
  }
  if (word == "max_tokens" || word == "model_context_window_exceeded") return StopReason::Length;
  if (word == "refusal" || word == "guardrail_intervened" || word == "content_filtered") {
    return StopReason::Refused;
  }
  return StopReason::Other;
}

Result<Reply> read_messages_reply(const json::object& body, const Request& request) {
  const json::array* content = array_in(body, "content");
  if (content == nullptr) return fail(ErrorCode::Decode, "the answer has no content");
  Reply reply;
  for (const json::value& value : *content) {
    const json::object* block = value.if_object();
    if (block == nullptr) continue;
    const std::string type = text_in(*block, "type");
    if (type == "text") reply.text += text_in(*block, "text");
    const json::value* input = member(*block, "input");
    if (type == "tool_use" && input != nullptr && input->is_object() && request.form &&
        text_in(*block, "name") == request.form->name && reply.structured.empty()) {
      reply.structured = json::serialize(*input);
    }
  }
  reply.stop_word = text_in(body, "stop_reason");
  reply.stop = stop_reason_of(reply.stop_word);
  reply.usage = usage_of(body);
  reply.request_id = text_in(body, "id");
  reply.model = text_in(body, "model");
  return reply;
}

}  // namespace trailwarden::model
