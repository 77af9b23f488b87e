#include <algorithm>
#include <boost/json/value.hpp>

#include "aws/body.h"
#include "aws/protocol.h"
#include "aws/scalar.h"
#include "base/ascii.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;

// Fields that begin with `prefix`, their names in lower case without it.
json::object fields_below(const net::Response& response, const std::string& prefix) {
  json::object fields;
  for (const auto& [name, value] : response.headers) {
    const std::string key = ascii_lower(name);
    if (key.starts_with(prefix)) fields[key.substr(prefix.size())] = value;
  }
  return fields;
}

Result<void> read_field(const Member& member, const net::Response& response, json::object& output) {
  const json::string_view name(member.name.data(), member.name.size());
  if (member.place == Place::Headers) {
    output.emplace(name, fields_below(response, ascii_lower(member.wire)));
    return {};
  }
  const std::string* text = response.header(wire_name(member));
  if (text == nullptr) {
    if (!member.required) return {};
    return fail(ErrorCode::Decode, "the header field " + std::string(member.wire) + " is missing");
  }
  auto value = scalar_value(*member.shape, *text);
  if (!value) {
    return fail(value.error().code, std::string(member.name) + ": " + value.error().message);
  }
  output.emplace(name, *std::move(value));
  return {};
}

Result<json::object> read_body(const Operation& operation, const Shape& shape,
                               std::string_view body) {
  const bool has_members = std::any_of(shape.members.begin(), shape.members.end(),
                                       [](const Member& m) { return m.place == Place::Body; });
  if (!has_members) return json::object();
  switch (operation.service->protocol) {
    case Protocol::Json:
    case Protocol::RestJson:
      return read_json_body(shape, body);
    case Protocol::Query:
      return read_xml_body(shape, body, std::string(operation.name) + "Result");
    default:
      return read_xml_body(shape, body, {});
  }
}

Result<void> read_payload(const Operation& operation, const Member& payload, std::string& body,
                          json::object& output) {
  const json::string_view name(payload.name.data(), payload.name.size());
  if (payload.shape->type == Type::Structure) {
    output.emplace(name, TW_TRY(read_body(operation, *payload.shape, body)));
  } else {
    output.emplace(name, body);
  }
  return {};
}

}  // namespace

Result<json::object> decode(const Operation& operation, net::Response response) {
  json::object output = TW_TRY(read_body(operation, *operation.output, response.body));
  for (const Member& member : operation.output->members) {
    if (member.place == Place::Payload) {
      TW_TRY(read_payload(operation, member, response.body, output));
    } else if (member.place != Place::Body) {
      TW_TRY(read_field(member, response, output));
    }
  }
  return output;
}

}  // namespace trailwarden::aws
