#include "inference/batch_output.h"

#include <boost/json/value.hpp>
#include <optional>

#include "model/bedrock.h"
#include "model/json_read.h"
#include "model/messages.h"

namespace trailwarden::inference {
namespace {

namespace json = boost::json;
using Kind = model::Failure::Kind;
using model::Failure;
using model::object_in;
using model::text_in;

struct Line {
  json::object object;
  std::string id;
};

Result<Line> read_line(std::string_view text, std::string_view id_name) {
  auto value = model::parse_json(text);
  if (!value || !value->is_object()) return fail(ErrorCode::Decode, "a line is no JSON object");
  Line line{std::move(value->get_object()), {}};
  line.id = text_in(line.object, id_name);
  if (line.id.empty()) return fail(ErrorCode::Decode, "a line has no " + std::string(id_name));
  return line;
}

Failure unreadable(const char* service, std::string message) {
  return {.kind = Kind::Unreadable,
          .service = service,
          .operation = "batch",
          .message = std::move(message),
          .worth_retrying = true,
          .may_be_billed = true};
}

// "errorCode": 400, or "400", or a name.
Failure bedrock_error(const json::object& error) {
  std::uint64_t status = model::count_in(error, "errorCode");
  Failure failure{.service = "Bedrock",
                  .operation = "batch",
                  .code = text_in(error, "errorCode"),
                  .message = text_in(error, "errorMessage"),
                  .attempts = 1};
  if (failure.code.empty() && status != 0) failure.code = std::to_string(status);
  if (status == 429) failure.kind = Kind::Throttled;
  if (status >= 500 && status < 600) failure.kind = Kind::Unavailable;
  failure.worth_retrying = failure.kind != Kind::Refused;
  return failure;
}

Failure anthropic_error(const json::object& result, const std::string& type) {
  Failure failure{.service = "Anthropic", .operation = "batch", .code = type, .attempts = 1};
  const json::object* outer = object_in(result, "error");
  const json::object* error = outer == nullptr ? nullptr : object_in(*outer, "error");
  if (error == nullptr) {
    failure.message = "the service says no more";
    return failure;
  }
  failure.code = text_in(*error, "type");
  failure.message = text_in(*error, "message");
  failure.request_id = text_in(*outer, "request_id");
  return failure;
}

model::Outcome<model::Reply> outcome(const char* service, Result<model::Reply> reply) {
  if (!reply) return tl::unexpected(unreadable(service, reply.error().message));
  return *std::move(reply);
}

}  // namespace

Result<BatchRecord> read_bedrock_record(std::string_view text, model::BedrockCall call) {
  const Line line = TW_TRY(read_line(text, "recordId"));
  if (const json::object* error = object_in(line.object, "error")) {
    return BatchRecord{line.id, tl::unexpected(bedrock_error(*error))};
  }
  const json::object* output = object_in(line.object, "modelOutput");
  if (output == nullptr) {
    return BatchRecord{line.id,
                       tl::unexpected(unreadable("Bedrock", "neither an answer nor an error"))};
  }
  return BatchRecord{line.id, outcome("Bedrock", model::read_bedrock_reply(*output, call, {}))};
}

Result<BatchRecord> read_anthropic_record(std::string_view text) {
  const Line line = TW_TRY(read_line(text, "custom_id"));
  const json::object* result = object_in(line.object, "result");
  const std::string type = result == nullptr ? std::string() : text_in(*result, "type");
  if (type == "succeeded") {
    const json::object* message = object_in(*result, "message");
    return BatchRecord{
        line.id, message == nullptr
                     ? tl::unexpected(unreadable("Anthropic", "an answer without its message"))
                     : outcome("Anthropic", model::read_messages_reply(*message, {}))};
  }
  if (type.empty()) {
    return BatchRecord{line.id, tl::unexpected(unreadable("Anthropic", "a line without a result"))};
  }
  return BatchRecord{line.id, tl::unexpected(anthropic_error(*result, type))};
}

Result<Manifest> read_manifest(std::string_view text) {
  const auto value = model::parse_json(text);
  if (!value || !value->is_object()) {
    return fail(ErrorCode::Decode, "the manifest is no JSON object");
  }
  const json::object& object = value->get_object();
  return Manifest{.total = model::count_in(object, "totalRecordCount"),
                  .processed = model::count_in(object, "processedRecordCount"),
                  .succeeded = model::count_in(object, "successRecordCount"),
                  .failed = model::count_in(object, "errorRecordCount"),
                  .input_tokens = model::count_in(object, "inputTokenCount"),
                  .output_tokens = model::count_in(object, "outputTokenCount")};
}

}  // namespace trailwarden::inference
