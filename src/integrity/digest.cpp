#include "integrity/digest.h"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "cloudtrail/event.h"

namespace trailwarden::integrity {
namespace {

namespace bj = boost::json;

bj::parse_options strict() {
  bj::parse_options options;
  options.max_depth = 8;  // A digest's own is 3.
  return options;
}

// The member's text; nothing when it is null or absent.
Result<std::optional<std::string>> optional_text(const bj::object& object, std::string_view name) {
  const bj::value* member = object.if_contains({name.data(), name.size()});
  if (member == nullptr || member->is_null()) return std::nullopt;
  const bj::string* text = member->if_string();
  if (text == nullptr) return fail(ErrorCode::Syntax, std::string(name) + " is no text");
  return std::string(text->data(), text->size());
}

Result<std::string> text(const bj::object& object, std::string_view name) {
  auto found = TW_TRY(optional_text(object, name));
  if (!found) return fail(ErrorCode::Syntax, std::string(name) + " is missing");
  return std::move(*found);
}

Result<UnixSeconds> time(const bj::object& object, std::string_view name) {
  const auto parsed = cloudtrail::parse_time(TW_TRY(text(object, name)));
  if (!parsed) return fail(ErrorCode::Syntax, std::string(name) + " is no time");
  return *parsed;
}

// A digest names all of the one before it or, when it is the first, nothing of it.
Result<void> read_previous(const bj::object& object, Digest& digest) {
  if (object.if_contains("previousDigestSignature") == nullptr) {
    return fail(ErrorCode::Syntax, "previousDigestSignature is missing");
  }
  digest.previous_signature = TW_TRY(optional_text(object, "previousDigestSignature"));
  auto bucket = TW_TRY(optional_text(object, "previousDigestS3Bucket"));
  auto key = TW_TRY(optional_text(object, "previousDigestS3Object"));
  auto hash = TW_TRY(optional_text(object, "previousDigestHashValue"));
  if (!bucket || !key) return {};
  digest.previous = PreviousDigest{std::move(*bucket), std::move(*key), hash.value_or("")};
  return {};
}

Result<void> read_logs(const bj::object& object, Digest& digest) {
  const bj::value* member = object.if_contains("logFiles");
  if (member == nullptr || member->is_null()) return {};
  const bj::array* logs = member->if_array();
  if (logs == nullptr) return fail(ErrorCode::Syntax, "logFiles is no list");
  digest.logs.reserve(logs->size());
  for (const bj::value& entry : *logs) {
    const bj::object* log = entry.if_object();
    if (log == nullptr) return fail(ErrorCode::Syntax, "logFiles holds something that is no file");
    LogReference& reference = digest.logs.emplace_back();
    reference.bucket = TW_TRY(text(*log, "s3Bucket"));
    reference.key = TW_TRY(text(*log, "s3Object"));
    reference.hash = TW_TRY(text(*log, "hashValue"));
  }
  return {};
}

}  // namespace

Result<Digest> parse_digest(std::string_view json) {
  bj::monotonic_resource memory;
  boost::system::error_code bad;
  const bj::value document = bj::parse({json.data(), json.size()}, bad, &memory, strict());
  if (bad) return fail(ErrorCode::Syntax, "is no JSON");
  const bj::object* object = document.if_object();
  if (object == nullptr) return fail(ErrorCode::Syntax, "is no JSON object");
  Digest digest;
  digest.account = TW_TRY(optional_text(*object, "awsAccountId")).value_or("");
  digest.bucket = TW_TRY(text(*object, "digestS3Bucket"));
  digest.key = TW_TRY(text(*object, "digestS3Object"));
  digest.fingerprint = TW_TRY(text(*object, "digestPublicKeyFingerprint"));
  digest.end_text = TW_TRY(text(*object, "digestEndTime"));
  digest.start = TW_TRY(time(*object, "digestStartTime"));
  digest.end = TW_TRY(time(*object, "digestEndTime"));
  TW_TRY(read_previous(*object, digest));
  TW_TRY(read_logs(*object, digest));
  return digest;
}

std::string string_to_sign(const Digest& digest, std::string_view content_hash) {
  return digest.end_text + "\n" + digest.bucket + "/" + digest.key + "\n" +
         std::string(content_hash) + "\n" + digest.previous_signature.value_or("null");
}

}  // namespace trailwarden::integrity
