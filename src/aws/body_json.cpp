#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "aws/body.h"
#include "aws/scalar.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;

// Of the answers that are read, Bedrock's documents nest deepest; Boost stops at 32 by default.
constexpr std::size_t kDepthMax = 64;

enum class Direction : std::uint8_t { Out, In };

Result<json::value> convert(const Shape& shape, const json::value& value, Direction direction);

ErrorCode code_of(Direction direction) {
  return direction == Direction::Out ? ErrorCode::Usage : ErrorCode::Decode;
}

Result<json::object> convert_structure(const Shape& shape, const json::object& from,
                                       Direction direction) {
  if (direction == Direction::Out) TW_TRY(check_members(shape, from));
  json::object to;
  for (const Member& member : shape.members) {
    if (member.place != Place::Body) continue;
    const auto [read_as, write_as] = direction == Direction::Out
                                         ? std::pair(member.name, wire_name(member))
                                         : std::pair(wire_name(member), member.name);
    const json::value* value = from.if_contains({read_as.data(), read_as.size()});
    if (value == nullptr || value->is_null()) {
      if (!member.required) continue;
      return fail(code_of(direction), std::string(member.name) + " is missing");
    }
    auto converted = convert(*member.shape, *value, direction);
    if (!converted) {
      return fail(converted.error().code,
                  std::string(member.name) + " " + converted.error().message);
    }
    to.emplace(json::string_view(write_as.data(), write_as.size()), *std::move(converted));
  }
  return to;
}

Result<json::value> convert_list(const Shape& shape, const json::array& from, Direction direction) {
  json::array to;
  to.reserve(from.size());
  for (const json::value& value : from) {
    to.push_back(TW_TRY(convert(*shape.element, value, direction)));
  }
  return json::value(std::move(to));
}

Result<json::value> convert_map(const Shape& shape, const json::object& from, Direction direction) {
  json::object to;
  for (const auto& [key, value] : from) {
    to.emplace(key, TW_TRY(convert(*shape.element, value, direction)));
  }
  return json::value(std::move(to));
}

Result<json::value> convert_bytes(const json::string& from, Direction direction) {
  if (direction == Direction::Out) return json::value(base64_encode(view(from)));
  return json::value(TW_TRY(base64_decode(view(from))));
}

Result<json::value> convert(const Shape& shape, const json::value& value, Direction direction) {
  switch (shape.type) {
    case Type::Json:
      return value;
    case Type::String:
      if (value.is_string()) return value;
      break;
    case Type::Boolean:
      if (value.is_bool()) return value;
      break;
    case Type::Integer:
      if (value.is_int64()) return value;
      if (value.is_uint64() && direction == Direction::Out) return value;
      break;
    case Type::Double:
      if (value.is_number()) return value;
      break;
    case Type::Timestamp:
      if (value.is_number() && direction == Direction::Out) return value;
      if (value.is_number()) return json::value(value.to_number<double>());
      // Some services write ISO 8601 (Bedrock); none that is used here reads it in a body.
      if (value.is_string() && direction == Direction::In) {
        return scalar_value(shape, view(value.get_string()));
      }
      break;
    case Type::Blob:
      if (value.is_string()) return convert_bytes(value.get_string(), direction);
      break;
    case Type::List:
      if (value.is_array()) return convert_list(shape, value.get_array(), direction);
      break;
    case Type::Map:
      if (value.is_object()) return convert_map(shape, value.get_object(), direction);
      break;
    case Type::Structure:
      if (!value.is_object()) break;
      return json::value(TW_TRY(convert_structure(shape, value.get_object(), direction)));
  }
  return fail(code_of(direction), "has another type");
}

}  // namespace

Result<std::string> json_body(const Shape& shape, const json::object& input) {
  return json::serialize(TW_TRY(convert_structure(shape, input, Direction::Out)));
}

Result<json::object> read_json_body(const Shape& shape, std::string_view body) {
  if (body.empty()) body = "{}";  // Operations without members answer nothing at all.
  json::parse_options options;
  options.max_depth = kDepthMax;
  json::error_code error;
  const json::value parsed = json::parse({body.data(), body.size()}, error, {}, options);
  if (error || !parsed.is_object()) {
    return fail(ErrorCode::Decode, "the answer is no JSON object");
  }
  return convert_structure(shape, parsed.get_object(), Direction::In);
}

}  // namespace trailwarden::aws
