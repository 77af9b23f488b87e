#include "source/notification.h"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <optional>
#include <utility>

#include "aws/scalar.h"
#include "base/ascii.h"

namespace trailwarden::source {
namespace {

namespace json = boost::json;
using aws::view;

// An event is far flatter; deeper text is made to hurt.
constexpr std::size_t kDepthMax = 128;
// Of S3, in bytes.
constexpr std::size_t kKeyMax = 1024;
constexpr std::size_t kBucketMax = 255;
// An envelope in an envelope is what a topic that feeds a topic makes; more is nonsense.
constexpr int kEnvelopesMax = 2;

Notification unknown(std::string reason) {
  return {.kind = Notification::Kind::Unknown, .reason = std::move(reason)};
}

Notification nothing(std::string reason) {
  return {.kind = Notification::Kind::Nothing, .reason = std::move(reason)};
}

const json::object* object_at(const json::object& of, std::string_view name) {
  const json::value* found = of.if_contains(name);
  return found == nullptr ? nullptr : found->if_object();
}

const json::array* array_at(const json::object& of, std::string_view name) {
  const json::value* found = of.if_contains(name);
  return found == nullptr ? nullptr : found->if_array();
}

std::optional<std::string_view> text_at(const json::object& of, std::string_view name) {
  const json::value* found = of.if_contains(name);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return view(found->get_string());
}

bool says(const json::object& of, std::string_view name, std::string_view text) {
  return text_at(of, name) == text;
}

bool is_bucket_name(std::string_view name) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  return name.size() >= 3 && name.size() <= kBucketMax &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

// Digest files lie beside the logs and are announced alike.
bool is_digest(std::string_view key) {
  return key.find("/CloudTrail-Digest/") != std::string_view::npos;
}

// Objects that a message names, one after the other.
class ObjectList {
 public:
  void add(std::optional<std::string_view> bucket, std::string key) {
    if (!bucket || !is_bucket_name(*bucket) || key.empty() || key.size() > kKeyMax) {
      is_broken_ = true;
    } else if (!is_digest(key)) {
      objects_.push_back({std::string(*bucket), std::move(key)});
    }
  }
  void add_broken() { is_broken_ = true; }

  // One name that cannot be read makes the whole message one to look at: its logs would be missed.
  Notification take() && {
    if (is_broken_) return unknown("names an object by no bucket and key that can be");
    if (objects_.empty()) return nothing("announces no log file");
    return {.kind = Notification::Kind::Objects, .objects = std::move(objects_)};
  }

 private:
  std::vector<ObjectRef> objects_;
  bool is_broken_ = false;
};

void add_s3_record(const json::object& record, ObjectList& objects) {
  const auto name = text_at(record, "eventName");
  if (!name) return objects.add_broken();
  if (!name->starts_with("ObjectCreated:")) return;
  const json::object* s3 = object_at(record, "s3");
  const json::object* bucket = s3 == nullptr ? nullptr : object_at(*s3, "bucket");
  const json::object* object = s3 == nullptr ? nullptr : object_at(*s3, "object");
  if (bucket == nullptr || object == nullptr) return objects.add_broken();
  std::string key;
  if (!decode_form(text_at(*object, "key").value_or(""), key)) return objects.add_broken();
  objects.add(text_at(*bucket, "name"), std::move(key));
}

bool is_s3_record(const json::value& value) {
  const json::object* record = value.if_object();
  return record != nullptr && says(*record, "eventSource", "aws:s3");
}

bool is_cloudtrail_record(const json::value& value) {
  const json::object* record = value.if_object();
  return record != nullptr && text_at(*record, "eventVersion") && text_at(*record, "eventSource") &&
         text_at(*record, "eventName") && text_at(*record, "eventTime");
}

Notification read_records(const json::array& records, std::string_view text) {
  if (records.empty()) return nothing("an empty list of records");
  if (is_cloudtrail_record(records.front()) && !is_s3_record(records.front())) {
    return {.kind = Notification::Kind::Events, .text = std::string(text)};
  }
  ObjectList objects;
  for (const json::value& record : records) {
    if (!is_s3_record(record))
      return unknown("holds records that are neither S3's nor CloudTrail's");
    add_s3_record(record.get_object(), objects);
  }
  return std::move(objects).take();
}

// `detail` of an event of S3, by EventBridge.
Notification read_s3_event(const json::object& event, const json::object& detail) {
  if (!says(event, "detail-type", "Object Created")) return nothing("no object was created");
  const json::object* bucket = object_at(detail, "bucket");
  const json::object* object = object_at(detail, "object");
  ObjectList objects;
  objects.add(bucket == nullptr ? std::nullopt : text_at(*bucket, "name"),
              std::string(object == nullptr ? "" : text_at(*object, "key").value_or("")));
  return std::move(objects).take();
}

bool is_s3_event(const json::object& event) {
  return says(event, "source", "aws.s3") && text_at(event, "detail-type")->starts_with("Object ");
}

// What CloudTrail tells its topic.
Notification read_announcement(std::string_view bucket, const json::array& keys) {
  ObjectList objects;
  for (const json::value& key : keys) {
    objects.add(bucket, key.is_string() ? std::string(view(key.get_string())) : std::string());
  }
  return std::move(objects).take();
}

Notification read_object(const json::object& object, std::string_view text) {
  if (const json::array* records = array_at(object, "Records")) return read_records(*records, text);
  const json::object* detail = object_at(object, "detail");
  if (detail != nullptr && text_at(object, "detail-type") && text_at(object, "source")) {
    if (is_s3_event(object)) return read_s3_event(object, *detail);
    return {.kind = Notification::Kind::Events, .text = std::string(text)};
  }
  const json::array* keys = array_at(object, "s3ObjectKey");
  if (const auto bucket = text_at(object, "s3Bucket"); bucket && keys != nullptr) {
    return read_announcement(*bucket, *keys);
  }
  if (says(object, "Event", "s3:TestEvent")) return nothing("S3's test of this notification");
  return unknown("a JSON object, but no notification or event that is known");
}

std::optional<std::string> enclosed_message(const json::object& object) {
  if (!says(object, "Type", "Notification") || !text_at(object, "TopicArn")) return std::nullopt;
  const auto message = text_at(object, "Message");
  return message ? std::optional(std::string(*message)) : std::nullopt;
}

json::value parse(std::string_view text, json::error_code& error, json::storage_ptr memory) {
  // Bytes that are no UTF-8 are the reader's business, which says where they are.
  json::parse_options options;
  options.max_depth = kDepthMax;
  options.allow_invalid_utf8 = true;
  return json::parse(text, error, std::move(memory), options);
}

Notification read(std::string_view body, int envelopes) {
  // What CloudTrail publishes, as plain text, when a topic is set for a trail.
  if (envelopes > 0 && body == "CloudTrail validation message.") {
    return nothing("CloudTrail's test of this topic");
  }
  json::monotonic_resource memory;
  json::error_code error;
  const json::value value = parse(body, error, &memory);
  if (error) return unknown("no JSON text");
  if (const json::array* list = value.if_array()) {
    if (!list->empty() && is_cloudtrail_record(list->front())) return read_records(*list, body);
    return unknown("a JSON array, but no list of records");
  }
  const json::object* object = value.if_object();
  if (object == nullptr) return unknown("JSON, but no object");
  if (const std::optional<std::string> inner = enclosed_message(*object)) {
    return envelopes < kEnvelopesMax ? read(*inner, envelopes + 1)
                                     : unknown("too many SNS envelopes in each other");
  }
  if (is_cloudtrail_record(value) && !is_s3_record(value)) {
    return {.kind = Notification::Kind::Events, .text = std::string(body)};
  }
  return read_object(*object, body);
}

}  // namespace

bool decode_form(std::string_view encoded, std::string& decoded) {
  decoded.clear();
  for (std::size_t at = 0; at < encoded.size(); ++at) {
    if (encoded[at] != '%') {
      decoded += encoded[at] == '+' ? ' ' : encoded[at];
      continue;
    }
    if (at + 2 >= encoded.size()) return false;
    const int high = hex_value(encoded[at + 1]);
    const int low = hex_value(encoded[at + 2]);
    if (high < 0 || low < 0) return false;
    decoded += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return true;
}

Notification read_notification(std::string_view body) { return read(body, 0); }

}  // namespace trailwarden::source
