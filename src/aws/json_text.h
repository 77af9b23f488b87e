// Text members of JSON answers from places that follow no operation table.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace trailwarden::aws {

// The member `name` if it is a string; empty if it is absent or anything else.
std::string text_of(const boost::json::object& object, std::string_view name);

// `text` if it is one JSON object.
std::optional<boost::json::object> read_object(std::string_view text);

}  // namespace trailwarden::aws
