#include "aws/scalar.h"

#include <openssl/evp.h>

#include <charconv>
#include <chrono>
#include <cmath>

#include "aws/http_date.h"
#include "aws/timestamp.h"
#include "base/utc_time.h"

namespace trailwarden::aws {
namespace {

Result<boost::json::value> integer_value(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return fail(ErrorCode::Decode, "a number is no whole one");
  }
  return boost::json::value(number);
}

Result<boost::json::value> double_value(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) {
    return fail(ErrorCode::Decode, "a number is none");
  }
  return boost::json::value(number);
}

// REST-XML has ISO 8601 in bodies and HTTP dates in header fields.
Result<boost::json::value> timestamp_value(std::string_view text) {
  auto time = parse_iso8601(text);
  if (!time) time = parse_http_date(text);
  if (!time) return fail(ErrorCode::Decode, "a time is none");
  return boost::json::value(std::chrono::duration<double>(time->time_since_epoch()).count());
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // OpenSSL writes a final zero.
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

Result<std::string> base64_decode(std::string_view text) {
  const auto not_base64 = [] { return fail(ErrorCode::Decode, "bytes are no base64"); };
  // OpenSSL passes over blanks at both ends and takes '=' for a digit; neither is base64's.
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::string_view digits = text.substr(0, text.size() - padding);
  if (text.size() % 4 != 0 || digits.find_first_of("= \t\r\n") != digits.npos) return not_base64();
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) return not_base64();
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

Result<std::string> scalar_text(const Shape& shape, const boost::json::value& value) {
  switch (shape.type) {
    case Type::String:
      if (value.is_string()) return std::string(view(value.get_string()));
      break;
    case Type::Blob:
      if (value.is_string()) return base64_encode(view(value.get_string()));
      break;
    case Type::Boolean:
      if (value.is_bool()) return std::string(value.get_bool() ? "true" : "false");
      break;
    case Type::Integer:
      if (value.is_int64()) return std::to_string(value.get_int64());
      if (value.is_uint64()) return std::to_string(value.get_uint64());
      break;
    case Type::Timestamp:
      if (value.is_int64()) return format_utc(value.get_int64());
      break;
    default:
      break;
  }
  return fail(ErrorCode::Usage, "has another type");
}

Result<boost::json::value> scalar_value(const Shape& shape, std::string_view text) {
  switch (shape.type) {
    case Type::Integer:
      return integer_value(text);
    case Type::Double:
      return double_value(text);
    case Type::Timestamp:
      return timestamp_value(text);
    case Type::Boolean:
      if (text == "true" || text == "false") return boost::json::value(text == "true");
      return fail(ErrorCode::Decode, "a truth value is none");
    case Type::Blob:
      return boost::json::value(TW_TRY(base64_decode(text)));
    default:
      return boost::json::value(boost::json::string_view(text.data(), text.size()));
  }
}

}  // namespace trailwarden::aws
