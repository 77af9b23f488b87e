#include "aws/key_document.h"

#include "aws/json_text.h"
#include "aws/timestamp.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;

Result<std::string> required(const json::object& object, std::string_view name) {
  std::string text = text_of(object, name);
  if (!text.empty()) return text;
  return fail(ErrorCode::Decode, "the answer has no " + std::string(name));
}

Result<void> check_code(const json::object& object) {
  const std::string code = text_of(object, "Code");
  if (code.empty() || code == "Success") return {};
  return fail(ErrorCode::Decode, code + ": " + text_of(object, "Message"));
}

}  // namespace

Result<Credentials> read_key_document(std::string_view text, std::string_view token_name) {
  const auto document = read_object(text);
  if (!document) return fail(ErrorCode::Decode, "the answer is no JSON object");
  const json::object& object = *document;
  TW_TRY(check_code(object));
  Credentials keys;
  keys.access_key_id = TW_TRY(required(object, "AccessKeyId"));
  keys.secret_access_key = TW_TRY(required(object, "SecretAccessKey"));
  keys.session_token = text_of(object, token_name);
  keys.account_id = text_of(object, "AccountId");
  if (const std::string expiration = text_of(object, "Expiration"); !expiration.empty()) {
    keys.expires = parse_iso8601(expiration);
    if (!keys.expires) return fail(ErrorCode::Decode, "the answer's Expiration is no time");
  }
  return keys;
}

}  // namespace trailwarden::aws
