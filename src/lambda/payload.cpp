#include "lambda/payload.h"

#include <boost/json.hpp>

#include "json/writer.h"

namespace trailwarden::lambda {
namespace {

namespace bj = boost::json;

constexpr std::size_t kDepthMax = 128;

std::string text_of(const bj::object& object, std::string_view name) {
  const bj::value* value = object.if_contains(name);
  const bj::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

const bj::array* records_of(const bj::value& document) {
  const bj::object* object = document.if_object();
  const bj::value* records = object == nullptr ? nullptr : object->if_contains("Records");
  return records == nullptr ? nullptr : records->if_array();
}

// The message in one record of a batch from SQS; nothing: it is no such record.
std::optional<Item> sqs_item(const bj::value& record) {
  const bj::object* object = record.if_object();
  if (object == nullptr || text_of(*object, "eventSource") != "aws:sqs") return std::nullopt;
  return Item{text_of(*object, "messageId"), text_of(*object, "body")};
}

std::optional<Item> sns_item(const bj::value& record) {
  const bj::object* object = record.if_object();
  if (object == nullptr || text_of(*object, "EventSource") != "aws:sns") return std::nullopt;
  const bj::value* sns = object->if_contains("Sns");
  if (sns == nullptr || !sns->is_object()) return std::nullopt;
  return Item{{}, text_of(sns->get_object(), "Message")};
}

bool is_tick(const bj::object& event) {
  const std::string source = text_of(event, "source");
  return text_of(event, "detail-type") == "Scheduled Event" &&
         (source == "aws.events" || source == "aws.scheduler");
}

}  // namespace

Result<Payload> read_payload(std::string_view json) {
  bj::parse_options options;
  options.max_depth = kDepthMax;
  boost::system::error_code error;
  const bj::value document = bj::parse({json.data(), json.size()}, error, {}, options);
  if (error || !document.is_object()) {
    return fail(ErrorCode::Decode, "the event is no JSON object");
  }
  Payload payload;
  payload.is_schedule = is_tick(document.get_object());
  if (payload.is_schedule) return payload;
  if (const bj::array* records = records_of(document)) {
    for (const bj::value& record : *records) {
      auto item = sqs_item(record);
      payload.is_sqs = payload.is_sqs || item.has_value();
      if (!item) item = sns_item(record);
      if (item) payload.items.push_back(*std::move(item));
    }
    // A record that is none of these would be lost: then all is read as it stands.
    if (!payload.items.empty() && payload.items.size() == records->size()) return payload;
  }
  return Payload{.is_sqs = false, .is_schedule = false, .items = {Item{{}, std::string(json)}}};
}

std::string batch_answer(const std::vector<std::string>& failed_ids) {
  std::string answer;
  json::Writer json(answer);
  json.begin_object().key("batchItemFailures").begin_array();
  for (const std::string& id : failed_ids) {
    json.begin_object().key("itemIdentifier").string(id).end_object();
  }
  json.end_array().end_object();
  return answer;
}

}  // namespace trailwarden::lambda
