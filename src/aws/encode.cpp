#include <boost/json/value.hpp>

#include "aws/body.h"
#include "aws/protocol.h"
#include "aws/scalar.h"
#include "aws/sigv4.h"

namespace trailwarden::aws {

namespace json = boost::json;

const Member* find_member(const Shape& shape, std::string_view name) {
  for (const Member& member : shape.members) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

Result<void> check_members(const Shape& shape, const json::object& structure) {
  for (const auto& entry : structure) {
    const std::string_view name(entry.key().data(), entry.key().size());
    if (find_member(shape, name) == nullptr) {
      return fail(ErrorCode::Usage, "there is no input " + std::string(name));
    }
  }
  for (const Member& member : shape.members) {
    if (!member.required) continue;
    const json::value* value = structure.if_contains({member.name.data(), member.name.size()});
    if (value == nullptr || value->is_null()) {
      return fail(ErrorCode::Usage, "the input " + std::string(member.name) + " is missing");
    }
  }
  return {};
}

namespace {

const json::value* find_value(const json::object& input, const Member& member) {
  const json::value* value = input.if_contains({member.name.data(), member.name.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

Result<std::string> member_text(const Member& member, const json::value& value) {
  auto text = scalar_text(*member.shape, value);
  if (!text) {
    return fail(text.error().code,
                "the input " + std::string(member.name) + " " + text.error().message);
  }
  return text;
}

// "/{Bucket}/{Key+}" with its names filled in; a '+' keeps slashes. An empty value would make it
// the path of something else (of the bucket instead of the object).
Result<std::string> filled_path(const Operation& operation, std::string_view path,
                                const json::object& input) {
  std::string filled;
  while (!path.empty()) {
    const auto open = path.find('{');
    filled += path.substr(0, open);
    if (open == path.npos) break;
    const auto close = path.find('}', open);
    std::string_view name = path.substr(open + 1, close - open - 1);
    const bool is_greedy = name.ends_with('+');
    if (is_greedy) name.remove_suffix(1);
    const Member& member = *find_member(*operation.input, name);
    const std::string text = TW_TRY(member_text(member, *find_value(input, member)));
    if (text.empty()) return fail(ErrorCode::Usage, "the input " + std::string(name) + " is empty");
    filled += percent_encode(text, is_greedy);
    path.remove_prefix(close + 1);
  }
  return filled;
}

Result<void> add_map_fields(const Member& member, const json::value& value, WireRequest& request) {
  if (!value.is_object()) {
    return fail(ErrorCode::Usage, "the input " + std::string(member.name) + " has another type");
  }
  for (const auto& [key, entry] : value.get_object()) {
    request.headers.emplace_back(std::string(member.wire) + std::string(key.data(), key.size()),
                                 TW_TRY(scalar_text(*member.shape->element, entry)));
  }
  return {};
}

// A line break in a header field would begin another one.
Result<void> check_field(const net::Header& field) {
  for (const char c : field.first + field.second) {
    if (static_cast<unsigned char>(c) < ' ' && c != '\t') {
      return fail(ErrorCode::Usage, "the header field " + field.first + " has control characters");
    }
  }
  return {};
}

Result<void> add_outside_body(const Operation& operation, const json::object& input,
                              WireRequest& request) {
  for (const Member& member : operation.input->members) {
    const json::value* value = find_value(input, member);
    if (value == nullptr) continue;
    if (member.place == Place::Headers) {
      TW_TRY(add_map_fields(member, *value, request));
    } else if (member.place == Place::Header) {
      request.headers.emplace_back(wire_name(member), TW_TRY(member_text(member, *value)));
    } else if (member.place == Place::Query) {
      if (!request.query.empty()) request.query += '&';
      request.query += percent_encode(wire_name(member)) + "=" +
                       percent_encode(TW_TRY(member_text(member, *value)));
    }
  }
  for (const net::Header& field : request.headers) TW_TRY(check_field(field));
  return {};
}

const Member* payload_of(const Shape& shape) {
  for (const Member& member : shape.members) {
    if (member.place == Place::Payload) return &member;
  }
  return nullptr;
}

bool has_body_members(const Shape& shape) {
  for (const Member& member : shape.members) {
    if (member.place == Place::Body) return true;
  }
  return false;
}

bool has_field(const WireRequest& request, std::string_view name) {
  for (const auto& [field, value] : request.headers) {
    if (field == name) return true;
  }
  return false;
}

void set_content_type(WireRequest& request, std::string type) {
  if (!has_field(request, "Content-Type")) {
    request.headers.emplace_back("Content-Type", std::move(type));
  }
}

Result<void> add_payload(const Operation& operation, const Member& payload,
                         const json::value& value, WireRequest& request) {
  if (payload.shape->type == Type::Blob) {
    if (!value.is_string()) {
      return fail(ErrorCode::Usage, "the input " + std::string(payload.name) + " has another type");
    }
    request.body = view(value.get_string());
    return {};
  }
  if (!value.is_object()) {
    return fail(ErrorCode::Usage, "the input " + std::string(payload.name) + " has another type");
  }
  if (operation.service->protocol == Protocol::RestXml) {
    request.body = TW_TRY(
        xml_body(*payload.shape, value.get_object(), wire_name(payload), payload.xml_namespace));
    set_content_type(request, "application/xml");
  } else {
    request.body = TW_TRY(json_body(*payload.shape, value.get_object()));
    set_content_type(request, "application/json");
  }
  return {};
}

Result<void> add_rest_body(const Operation& operation, const json::object& input,
                           WireRequest& request) {
  if (const Member* payload = payload_of(*operation.input); payload != nullptr) {
    const json::value* value = find_value(input, *payload);
    return value == nullptr ? Result<void>() : add_payload(operation, *payload, *value, request);
  }
  if (operation.service->protocol == Protocol::RestJson && has_body_members(*operation.input)) {
    request.body = TW_TRY(json_body(*operation.input, input));
    set_content_type(request, "application/json");
  }
  return {};
}

Result<void> add_body(const Operation& operation, const json::object& input, WireRequest& request) {
  const Service& service = *operation.service;
  switch (service.protocol) {
    case Protocol::Json:
      request.headers.emplace_back(
          "X-Amz-Target", std::string(service.target_prefix) + "." + std::string(operation.name));
      request.body = TW_TRY(json_body(*operation.input, input));
      set_content_type(request, "application/x-amz-json-" + std::string(service.json_version));
      return {};
    case Protocol::Query:
      request.body = TW_TRY(form_body(operation, input));
      set_content_type(request, "application/x-www-form-urlencoded; charset=utf-8");
      return {};
    default:
      return add_rest_body(operation, input, request);
  }
}

}  // namespace

Result<WireRequest> encode(const Operation& operation, const json::object& input) {
  TW_TRY(check_members(*operation.input, input));
  const std::string_view path = operation.path.substr(0, operation.path.find('?'));
  WireRequest request;
  request.method = operation.method;
  request.path = TW_TRY(filled_path(operation, path, input));
  if (path.size() < operation.path.size()) request.query = operation.path.substr(path.size() + 1);
  TW_TRY(add_outside_body(operation, input, request));
  TW_TRY(add_body(operation, input, request));
  return request;
}

}  // namespace trailwarden::aws
