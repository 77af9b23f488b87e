// Any answer to any operation is output that keeps what the operation's table promises, or an
// error; and any answer can be told as a failure on one line.
//
// The input: the operation's number, the status less 200 (both a byte), header fields ("Name:
// value" lines), an empty line, the body.
#include <algorithm>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>

#include "aws/failure.h"
#include "aws/operations.h"
#include "aws/protocol.h"

namespace {

using trailwarden::aws::Failure;
using trailwarden::aws::Operation;
using trailwarden::aws::Shape;
using trailwarden::aws::Type;
namespace json = boost::json;

bool keeps_shape(const Shape& shape, const json::value& value);

bool keeps_structure(const Shape& shape, const json::object& object) {
  std::size_t known = 0;
  for (const auto& member : shape.members) {
    const json::value* value = object.if_contains({member.name.data(), member.name.size()});
    if (value == nullptr && member.required) return false;
    if (value == nullptr) continue;
    ++known;
    if (!keeps_shape(*member.shape, *value)) return false;
  }
  return known == object.size();
}

bool keeps_shape(const Shape& shape, const json::value& value) {
  switch (shape.type) {
    case Type::String:
    case Type::Blob:
      return value.is_string();
    case Type::Integer:
      return value.is_int64();
    case Type::Boolean:
      return value.is_bool();
    case Type::Double:
      return value.is_number();
    case Type::Timestamp:
      return value.is_double();
    case Type::Json:
      return true;
    case Type::Structure:
      return value.is_object() && keeps_structure(shape, value.get_object());
    case Type::List:
      if (!value.is_array()) return false;
      for (const json::value& element : value.get_array()) {
        if (!keeps_shape(*shape.element, element)) return false;
      }
      return true;
    case Type::Map:
      if (!value.is_object()) return false;
      for (const auto& entry : value.get_object()) {
        if (!keeps_shape(*shape.element, entry.value())) return false;
      }
      return true;
  }
  return false;
}

trailwarden::net::Response response_of(std::string_view input) {
  trailwarden::net::Response response;
  while (!input.empty()) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(line.size() + 1, input.size()));
    if (line.empty()) break;
    const auto colon = line.find(": ");
    if (colon == line.npos) continue;
    response.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  response.body = input;
  return response;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto operations = trailwarden::aws::all_operations();
  const Operation& operation = *operations[data[0] % operations.size()];
  auto response = response_of({reinterpret_cast<const char*>(data) + 2, size - 2});
  response.status = 200U + data[1] * 2U;

  trailwarden::aws::is_error_in_success(operation, response);
  const auto error = trailwarden::aws::read_error(*operation.service, response);
  if (error.code.empty()) __builtin_trap();
  Failure failure;
  failure.code = error.code;
  failure.message = error.message;
  failure.request_id = error.request_id;
  if (to_string(failure).find_first_of("\r\n\x1b") != std::string::npos) __builtin_trap();

  const auto output = trailwarden::aws::decode(operation, std::move(response));
  if (output && !keeps_structure(*operation.output, *output)) __builtin_trap();
  return 0;
}
