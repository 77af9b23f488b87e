#include "aws/json_text.h"

#include <boost/json.hpp>
#include <utility>

namespace trailwarden::aws {

std::string text_of(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

std::optional<boost::json::object> read_object(std::string_view text) {
  boost::json::error_code error;
  boost::json::value document = boost::json::parse(text, error);
  if (error || !document.is_object()) return std::nullopt;
  return std::move(document.get_object());
}

}  // namespace trailwarden::aws
