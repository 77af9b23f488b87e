#include <boost/json/value.hpp>
#include <optional>

#include "aws/body.h"
#include "aws/scalar.h"
#include "aws/xml.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;

// Writing.

Result<std::string> written_structure(const Shape& shape, const json::object& from);

std::string element(std::string_view name, const std::string& content) {
  const std::string tag(name);
  return "<" + tag + ">" + content + "</" + tag + ">";
}

Result<std::string> written(const Shape& shape, const json::value& value, std::string_view name) {
  if (shape.type == Type::Structure && value.is_object()) {
    return element(name, TW_TRY(written_structure(shape, value.get_object())));
  }
  if (shape.type == Type::List && value.is_array()) {
    const std::string_view item = shape.flattened              ? name
                                  : shape.element_name.empty() ? "member"
                                                               : shape.element_name;
    std::string items;
    for (const json::value& entry : value.get_array()) {
      items += TW_TRY(written(*shape.element, entry, item));
    }
    return shape.flattened ? items : element(name, items);
  }
  auto text = scalar_text(shape, value);
  if (!text) return fail(text.error().code, std::string(name) + " " + text.error().message);
  return element(name, xml_escape(*text));
}

Result<std::string> written_structure(const Shape& shape, const json::object& from) {
  TW_TRY(check_members(shape, from));
  std::string content;
  for (const Member& member : shape.members) {
    const json::value* value = from.if_contains({member.name.data(), member.name.size()});
    if (member.place != Place::Body || value == nullptr || value->is_null()) continue;
    content += TW_TRY(written(*member.shape, *value, wire_name(member)));
  }
  return content;
}

// Reading. An element's children are looked up by name: their order is not promised.

Result<json::object> read_structure(const Shape& shape, const XmlElement& from);

Result<json::value> read_value(const Shape& shape, const XmlElement& from);

Result<json::value> read_list(const Shape& shape, const XmlElement& from, std::string_view name) {
  json::array to;
  for (const XmlElement& entry : from.children) {
    if (entry.name == name) to.push_back(TW_TRY(read_value(*shape.element, entry)));
  }
  return json::value(std::move(to));
}

Result<json::value> read_map(const Shape& shape, const XmlElement& from) {
  json::object to;
  for (const XmlElement& entry : from.children) {
    const XmlElement* key = entry.child(shape.key_name.empty() ? "key" : shape.key_name);
    const XmlElement* value = entry.child(shape.value_name.empty() ? "value" : shape.value_name);
    if (entry.name != "entry" || key == nullptr || value == nullptr) {
      return fail(ErrorCode::Decode, "has an entry without key or value");
    }
    to[key->text] = TW_TRY(read_value(*shape.element, *value));
  }
  return json::value(std::move(to));
}

Result<json::value> read_value(const Shape& shape, const XmlElement& from) {
  switch (shape.type) {
    case Type::Structure:
      return json::value(TW_TRY(read_structure(shape, from)));
    case Type::List:
      return read_list(shape, from, shape.element_name.empty() ? "member" : shape.element_name);
    case Type::Map:
      return read_map(shape, from);
    default:
      return scalar_value(shape, from.text);
  }
}

// The member's value, or nothing when the structure has none.
Result<std::optional<json::value>> read_member(const Member& member, const XmlElement& from) {
  const std::string_view name = wire_name(member);
  const XmlElement* child = from.child(name);
  if (child == nullptr) return std::optional<json::value>();
  const bool is_flat = member.shape->type == Type::List && member.shape->flattened;
  auto value = is_flat ? read_list(*member.shape, from, name) : read_value(*member.shape, *child);
  if (!value) {
    return fail(value.error().code, std::string(member.name) + " " + value.error().message);
  }
  return std::optional<json::value>(*std::move(value));
}

Result<json::object> read_structure(const Shape& shape, const XmlElement& from) {
  json::object to;
  for (const Member& member : shape.members) {
    if (member.place != Place::Body) continue;
    auto value = TW_TRY(read_member(member, from));
    if (value) {
      to.emplace(json::string_view(member.name.data(), member.name.size()), *std::move(value));
    } else if (member.required) {
      return fail(ErrorCode::Decode, std::string(member.name) + " is missing");
    }
  }
  return to;
}

}  // namespace

Result<std::string> xml_body(const Shape& shape, const json::object& input, std::string_view root,
                             std::string_view xml_namespace) {
  const std::string content = TW_TRY(written_structure(shape, input));
  std::string head = "<" + std::string(root);
  if (!xml_namespace.empty()) head += " xmlns=\"" + xml_escape(xml_namespace) + "\"";
  return head + ">" + content + "</" + std::string(root) + ">";
}

Result<json::object> read_xml_body(const Shape& shape, std::string_view body,
                                   std::string_view wrapper) {
  const XmlElement root = TW_TRY(parse_xml(body));
  if (wrapper.empty()) return read_structure(shape, root);
  const XmlElement* wrapped = root.child(wrapper);
  if (wrapped == nullptr) {
    return fail(ErrorCode::Decode, "the answer has no " + std::string(wrapper));
  }
  return read_structure(shape, *wrapped);
}

}  // namespace trailwarden::aws
