// Scalars as text: in paths, queries, header fields, forms and XML; and base64.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "aws/operation.h"
#include "base/result.h"

namespace trailwarden::aws {

inline std::string_view view(const boost::json::string& text) { return {text.data(), text.size()}; }

std::string base64_encode(std::string_view bytes);
// Error: Decode. Line breaks are not taken.
Result<std::string> base64_decode(std::string_view text);

// The text of a scalar of an input; of a Blob its base64. Error: Usage, another type.
Result<std::string> scalar_text(const Shape& shape, const boost::json::value& value);

// The scalar that `text` of an answer stands for. Error: Decode.
Result<boost::json::value> scalar_value(const Shape& shape, std::string_view text);

}  // namespace trailwarden::aws
