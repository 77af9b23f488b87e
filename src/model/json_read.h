// What is read of services' JSON answers. Everything may be missing or of another type.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trailwarden::model {

inline boost::json::string_view as_key(std::string_view text) { return {text.data(), text.size()}; }

// `text` if it is one JSON value of at most 64 levels.
std::optional<boost::json::value> parse_json(std::string_view text);

// The member, or nullptr.
const boost::json::value* member(const boost::json::object& object, std::string_view name);
const boost::json::object* object_in(const boost::json::object& object, std::string_view name);
const boost::json::array* array_in(const boost::json::object& object, std::string_view name);
// Empty, where there is no such text.
std::string text_in(const boost::json::object& object, std::string_view name);
// 0, where there is no such number from 0 up.
std::uint64_t count_in(const boost::json::object& object, std::string_view name);

}  // namespace trailwarden::model
