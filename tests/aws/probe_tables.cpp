#include "probe_tables.h"

#include <string_view>

#include "aws/operations.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;

json::string text(std::string_view from) { return json::string(from.data(), from.size()); }

const char* name_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::Json:
      return "json";
    case Protocol::RestJson:
      return "rest-json";
    case Protocol::RestXml:
      return "rest-xml";
    case Protocol::Query:
      return "query";
  }
  return "";
}

const char* name_of(Type type) {
  switch (type) {
    case Type::String:
      return "string";
    case Type::Integer:
      return "integer";
    case Type::Boolean:
      return "boolean";
    case Type::Double:
      return "double";
    case Type::Timestamp:
      return "timestamp";
    case Type::Blob:
      return "blob";
    case Type::Structure:
      return "structure";
    case Type::List:
      return "list";
    case Type::Map:
      return "map";
    case Type::Json:
      return "json";
  }
  return "";
}

const char* name_of(Place place) {
  switch (place) {
    case Place::Body:
      return "body";
    case Place::Path:
      return "path";
    case Place::Query:
      return "query";
    case Place::Header:
      return "header";
    case Place::Headers:
      return "headers";
    case Place::Payload:
      return "payload";
  }
  return "";
}

json::object shape_as_json(const Shape& shape) {
  json::object result{{"type", name_of(shape.type)}};
  if (shape.type == Type::Structure) {
    json::object members;
    for (const Member& member : shape.members) {
      json::object entry = shape_as_json(*member.shape);
      entry["required"] = member.required;
      entry["place"] = name_of(member.place);
      entry["wire"] = text(member.wire.empty() ? member.name : member.wire);
      entry["xml_namespace"] = text(member.xml_namespace);
      members[text(member.name)] = std::move(entry);
    }
    result["members"] = std::move(members);
  }
  if (shape.element != nullptr) {
    result["element"] = shape_as_json(*shape.element);
    result["flattened"] = shape.flattened;
    result["element_name"] = text(shape.element_name.empty() ? "member" : shape.element_name);
    result["key_name"] = text(shape.key_name.empty() ? "key" : shape.key_name);
    result["value_name"] = text(shape.value_name.empty() ? "value" : shape.value_name);
  }
  return result;
}

json::object service_as_json(const Service& service) {
  return {{"id", text(service.id)},
          {"model", text(service.model)},
          {"host_prefix", text(service.host_prefix)},
          {"signing_name", text(service.signing_name)},
          {"protocol", name_of(service.protocol)},
          {"json_version", text(service.json_version)},
          {"target_prefix", text(service.target_prefix)},
          {"api_version", text(service.api_version)}};
}

}  // namespace

json::value tables_as_json() {
  json::array result;
  for (const Operation* operation : all_operations()) {
    result.push_back({{"service", service_as_json(*operation->service)},
                      {"name", text(operation->name)},
                      {"method", text(operation->method)},
                      {"path", text(operation->path)},
                      {"signed", operation->is_signed},
                      {"idempotent", operation->idempotent},
                      {"input", shape_as_json(*operation->input)},
                      {"output", shape_as_json(*operation->output)}});
  }
  return result;
}

}  // namespace trailwarden::aws
