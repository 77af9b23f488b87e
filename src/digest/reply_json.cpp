#include "digest/reply_json.h"

#include <boost/json/object.hpp>

#include "json/writer.h"
#include "model/json_read.h"

namespace trailwarden::digest {

std::string to_json(const model::Reply& reply) {
  std::string text;
  json::Writer json(text);
  json.begin_object();
  json.key("text").string(reply.text);
  json.key("structured").string(reply.structured);
  json.key("stop").number(static_cast<std::int64_t>(reply.stop));
  json.key("request_id").string(reply.request_id);
  json.key("model").string(reply.model);
  json.end_object();
  return text;
}

std::optional<model::Reply> reply_from_json(std::string_view text) {
  const auto value = model::parse_json(text);
  const auto* object = value ? value->if_object() : nullptr;
  if (object == nullptr || model::member(*object, "text") == nullptr) return std::nullopt;
  model::Reply reply;
  reply.text = model::text_in(*object, "text");
  reply.structured = model::text_in(*object, "structured");
  const std::uint64_t stop = model::count_in(*object, "stop");
  if (stop <= static_cast<std::uint64_t>(model::StopReason::Other)) {
    reply.stop = static_cast<model::StopReason>(stop);
  }
  reply.request_id = model::text_in(*object, "request_id");
  reply.model = model::text_in(*object, "model");
  return reply;
}

}  // namespace trailwarden::digest
