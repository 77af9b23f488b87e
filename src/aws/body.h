// An operation's body in its protocol's form. Shared by encode.cpp and decode.cpp; the members that
// travel elsewhere (path, query, header fields) are passed over here.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "aws/operation.h"
#include "base/result.h"

namespace trailwarden::aws {

// What a member is called on the wire.
inline std::string_view wire_name(const Member& member) {
  return member.wire.empty() ? member.name : member.wire;
}

const Member* find_member(const Shape& shape, std::string_view name);

// Error: Usage, naming a member that `structure` has and the shape does not, or one that is
// required and missing. `null` counts as missing.
Result<void> check_members(const Shape& shape, const boost::json::object& structure);

// JSON. Encoding checks types and turns bytes into base64; decoding does the reverse.
Result<std::string> json_body(const Shape& shape, const boost::json::object& input);
Result<boost::json::object> read_json_body(const Shape& shape, std::string_view body);

// "Action=Publish&Version=2010-03-31&…"
Result<std::string> form_body(const Operation& operation, const boost::json::object& input);

// One XML document whose root is `root`, in `xml_namespace` unless that is empty.
Result<std::string> xml_body(const Shape& shape, const boost::json::object& input,
                             std::string_view root, std::string_view xml_namespace);
// `wrapper`: the element within the root that holds the members ("PublishResult"); empty: the root
// itself.
Result<boost::json::object> read_xml_body(const Shape& shape, std::string_view body,
                                          std::string_view wrapper);

}  // namespace trailwarden::aws
