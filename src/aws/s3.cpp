#include "aws/s3.h"

#include <openssl/evp.h>

#include <algorithm>
#include <boost/json/value.hpp>
#include <map>
#include <mutex>

#include "aws/endpoint.h"
#include "aws/multipart.h"
#include "aws/s3_calls.h"
#include "aws/scalar.h"
#include "aws/sigv4.h"
#include "base/hex.h"
#include "base/utc_time.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;

constexpr std::size_t kErrorBytesMax = std::size_t{64} << 10;  // Answers that are no object.
constexpr unsigned kRedirectsMax = 2;
// How long one transfer may take: slower than this it is taken for a server that holds us up.
constexpr std::chrono::minutes kExchangeTime{5};
constexpr std::uint64_t kBytesPerSecondMin = std::uint64_t{100} << 10;

Failure failed(std::string_view operation, Failure::Kind kind, std::string message) {
  Failure failure;
  failure.kind = kind;
  failure.service = kS3.id;
  failure.operation = operation;
  failure.message = std::move(message);
  return failure;
}

// Undoes encoding-type=url, which is that of forms: '+' is a blank.
std::string form_decoded(std::string text) {
  std::replace(text.begin(), text.end(), '+', ' ');
  return percent_decode(text);
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  return value == nullptr ? std::string() : std::string(view(value->get_string()));
}

std::string time_of(const json::object& object) {
  const json::value* value = object.if_contains("LastModified");
  if (value == nullptr) return {};
  return format_utc(static_cast<UnixSeconds>(value->get_double()));
}

std::uint64_t size_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  return value == nullptr
             ? 0
             : static_cast<std::uint64_t>(std::max<std::int64_t>(value->get_int64(), 0));
}

std::vector<std::pair<std::string, std::string>> metadata_of(const json::object& output) {
  std::vector<std::pair<std::string, std::string>> metadata;
  const json::value* fields = output.if_contains("Metadata");
  if (fields == nullptr) return metadata;
  for (const auto& [name, value] : fields->get_object()) {
    metadata.emplace_back(std::string(name.data(), name.size()), view(value.get_string()));
  }
  return metadata;
}

ListPage page_of(const json::object& output) {
  const bool is_encoded = text_of(output, "EncodingType") == "url";
  const auto decoded = [&](std::string text) {
    return is_encoded ? form_decoded(text) : std::move(text);
  };
  ListPage page;
  if (const json::value* entries = output.if_contains("Contents"); entries != nullptr) {
    for (const json::value& entry : entries->get_array()) {
      const json::object& object = entry.get_object();
      page.objects.push_back({decoded(text_of(object, "Key")), size_of(object, "Size"),
                              text_of(object, "ETag"), time_of(object)});
    }
  }
  if (const json::value* prefixes = output.if_contains("CommonPrefixes"); prefixes != nullptr) {
    for (const json::value& prefix : prefixes->get_array()) {
      page.prefixes.push_back(decoded(text_of(prefix.get_object(), "Prefix")));
    }
  }
  if (output.at("IsTruncated").get_bool())
    page.next_token = text_of(output, "NextContinuationToken");
  return page;
}

VersionPage versions_of(const json::object& output) {
  const bool is_encoded = text_of(output, "EncodingType") == "url";
  VersionPage page;
  for (const char* kind : {"Versions", "DeleteMarkers"}) {
    const json::value* entries = output.if_contains(kind);
    if (entries == nullptr) continue;
    for (const json::value& entry : entries->get_array()) {
      const json::object& object = entry.get_object();
      std::string key = text_of(object, "Key");
      if (is_encoded) key = form_decoded(std::move(key));
      page.versions.push_back({std::move(key), text_of(object, "VersionId")});
    }
  }
  page.is_last = !output.at("IsTruncated").get_bool();
  return page;
}

std::string md5_etag(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_md5(), nullptr) != 1) return {};
  return '"' + to_hex({reinterpret_cast<const char*>(digest), length}) + '"';
}

json::object name_of(std::string_view bucket, std::string_view key) {
  return {{"Bucket", json::string_view(bucket.data(), bucket.size())},
          {"Key", json::string_view(key.data(), key.size())}};
}

}  // namespace

struct S3::State final : S3Calls {
  explicit State(Session session) : session_(std::move(session)) {}

  Outcome<json::object> call(const Operation& operation, const json::object& input,
                             const std::stop_token& stop, const CallOptions& options) override;
  Outcome<Object> fetch(std::string_view bucket, std::string_view key, const std::string& range,
                        std::uint64_t max_bytes, const std::stop_token& stop);
  std::string region_of(std::string_view bucket);
  const Session& session() const { return session_; }

 private:
  std::shared_ptr<Client> client_for(const std::string& bucket);
  void remember(const std::string& bucket, const std::string& region);

  Session session_;
  std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> region_of_bucket_;
  std::map<std::string, std::shared_ptr<Client>, std::less<>> clients_;  // By region.
};

std::string S3::State::region_of(std::string_view bucket) {
  const std::lock_guard lock(mutex_);
  const auto known = region_of_bucket_.find(bucket);
  std::string region = known == region_of_bucket_.end() ? session_.settings->region : known->second;
  // S3 says from there where a bucket is; without a region of our own it is as good as any.
  return region.empty() ? "us-east-1" : region;
}

std::shared_ptr<Client> S3::State::client_for(const std::string& bucket) {
  const std::string region = region_of(bucket);
  const std::lock_guard lock(mutex_);
  auto& client = clients_[region];
  if (client == nullptr) client = std::make_shared<Client>(session_, kS3, region);
  return client;
}

void S3::State::remember(const std::string& bucket, const std::string& region) {
  const std::lock_guard lock(mutex_);
  region_of_bucket_[bucket] = region;
}

Outcome<json::object> S3::State::call(const Operation& operation, const json::object& input,
                                      const std::stop_token& stop, const CallOptions& options) {
  const std::string bucket = text_of(input, "Bucket");
  for (unsigned redirects = 0;; ++redirects) {
    const auto client = client_for(bucket);
    auto output = client->call(operation, input, stop, options);
    if (output || redirects == kRedirectsMax) return output;
    const std::string& region = output.error().bucket_region;
    if (region.empty() || region == client->region()) return output;
    remember(bucket, region);
  }
}

Outcome<Object> S3::State::fetch(std::string_view bucket, std::string_view key,
                                 const std::string& range, std::uint64_t max_bytes,
                                 const std::stop_token& stop) {
  Object object;
  CallOptions options;
  options.body = &object.body;
  options.limits.body_bytes = std::max<std::size_t>(max_bytes, kErrorBytesMax);
  options.limits.total = kExchangeTime + std::chrono::seconds(max_bytes / kBytesPerSecondMin);
  json::object input = name_of(bucket, key);
  if (!range.empty()) input.emplace("Range", range);
  auto output = call(kGetObject, input, stop, options);
  if (!output) return tl::unexpected(std::move(output).error());
  if (object.body.size() > max_bytes) {
    return tl::unexpected(
        failed(kGetObject.name, Failure::Kind::Unreadable,
               "the object has more than " + std::to_string(max_bytes) + " bytes"));
  }
  object.etag = text_of(*output, "ETag");
  object.metadata = metadata_of(*output);
  const std::string answered = text_of(*output, "ContentRange");
  if (!range.empty() && !answered.starts_with("bytes " + range.substr(6, range.find('-') - 5))) {
    return tl::unexpected(failed(kGetObject.name, Failure::Kind::Unreadable,
                                 "the answer is not the part that was asked for"));
  }
  return object;
}

const std::string* Object::meta(std::string_view name) const {
  for (const auto& [key, value] : metadata) {
    if (key == name) return &value;
  }
  return nullptr;
}

S3::S3(Session session) : state_(std::make_unique<State>(std::move(session))) {}
S3::~S3() = default;

Outcome<ListPage> S3::list(const ListRequest& request, const std::stop_token& stop) {
  json::object input{
      {"Bucket", request.bucket}, {"EncodingType", "url"}, {"MaxKeys", request.keys_max}};
  if (!request.prefix.empty()) input.emplace("Prefix", request.prefix);
  if (!request.delimiter.empty()) input.emplace("Delimiter", request.delimiter);
  if (!request.start_after.empty()) input.emplace("StartAfter", request.start_after);
  if (!request.token.empty()) input.emplace("ContinuationToken", request.token);
  return state_->call(kListObjectsV2, input, stop, {}).map(page_of);
}

Outcome<Object> S3::get(std::string_view bucket, std::string_view key, std::uint64_t max_bytes,
                        const std::stop_token& stop) {
  return state_->fetch(bucket, key, {}, max_bytes, stop);
}

Outcome<Object> S3::get_range(std::string_view bucket, std::string_view key, std::uint64_t begin,
                              std::uint64_t end, const std::stop_token& stop) {
  if (begin >= end) {
    return tl::unexpected(
        failed(kGetObject.name, Failure::Kind::Refused, "the range of bytes is empty"));
  }
  return state_->fetch(bucket, key,
                       "bytes=" + std::to_string(begin) + "-" + std::to_string(end - 1),
                       end - begin, stop);
}

Outcome<std::optional<ObjectInfo>> S3::head(std::string_view bucket, std::string_view key,
                                            const std::stop_token& stop) {
  auto output = state_->call(kHeadObject, name_of(bucket, key), stop, {});
  if (!output && output.error().status == 404) return std::nullopt;
  if (!output) return tl::unexpected(std::move(output).error());
  return ObjectInfo{std::string(key), size_of(*output, "ContentLength"), text_of(*output, "ETag"),
                    time_of(*output)};
}

void add_put_options(const PutOptions& options, json::object& input) {
  if (!options.content_type.empty()) input.emplace("ContentType", options.content_type);
  if (!options.kms_key_id.empty()) {
    input.emplace("ServerSideEncryption", "aws:kms");
    input.emplace("SSEKMSKeyId", options.kms_key_id);
  }
  if (options.metadata.empty()) return;
  json::object metadata;
  for (const auto& [name, value] : options.metadata) metadata.emplace(name, value);
  input.emplace("Metadata", std::move(metadata));
}

Outcome<void> S3::put(std::string_view bucket, std::string_view key, std::string_view body,
                      const PutOptions& options, const std::stop_token& stop) {
  json::object input = name_of(bucket, key);
  add_put_options(options, input);
  if (options.only_if_absent) input.emplace("IfNoneMatch", "*");
  input.emplace("Body", json::string_view(body.data(), body.size()));
  auto output = state_->call(kPutObject, input, stop, {});
  if (output) return {};
  Failure failure = std::move(output).error();
  // When an answer was lost, the object that stands in the way may be our own.
  if (options.only_if_absent && failure.status == 412 && failure.attempts > 1) {
    const auto there = head(bucket, key, stop);
    if (there && *there && (*there)->etag == md5_etag(body)) return {};
  }
  return tl::unexpected(std::move(failure));
}

Outcome<void> S3::put_multipart(std::string_view bucket, std::string_view key,
                                std::string_view body, std::size_t part_bytes,
                                const PutOptions& options, const std::stop_token& stop) {
  if (body.size() <= part_bytes) return put(bucket, key, body, options, stop);
  return MultipartUpload(*state_, bucket, key, options).run(body, part_bytes, stop);
}

Outcome<void> S3::remove(std::string_view bucket, std::string_view key,
                         const std::stop_token& stop) {
  return state_->call(kDeleteObject, name_of(bucket, key), stop, {}).map([](const auto&) {});
}

std::string S3::region_of(std::string_view bucket) { return state_->region_of(bucket); }

Outcome<std::string> S3::presigned_get(std::string_view bucket, std::string_view key,
                                       std::chrono::seconds good_for, const std::stop_token& stop) {
  const Session& session = state_->session();
  const auto keys = session.credentials->get(stop);
  if (!keys) return tl::unexpected(keys.error());
  const auto endpoint = endpoint_for(*session.settings, kS3, region_of(bucket), bucket);
  if (!endpoint) {
    return tl::unexpected(
        failed(kGetObject.name, Failure::Kind::Refused, to_string(endpoint.error())));
  }
  net::Url url = endpoint->url;
  url.target = endpoint->path_prefix + "/";
  if (!endpoint->bucket_in_host) url.target += percent_encode(bucket) + "/";
  url.target += percent_encode(key, true);
  return presigned_url(url, *keys,
                       {.region = endpoint->signing_region,
                        .service = endpoint->signing_name,
                        .time = session.now(),
                        .normalizes_path = false},
                       good_for);
}

Outcome<VersionPage> S3::list_versions(std::string_view bucket, const std::stop_token& stop) {
  const json::object input{{"Bucket", json::string_view(bucket.data(), bucket.size())},
                           {"EncodingType", "url"}};
  return state_->call(kListObjectVersions, input, stop, {}).map(versions_of);
}

Outcome<void> S3::remove_version(std::string_view bucket, const ObjectVersion& object,
                                 const std::stop_token& stop) {
  json::object input = name_of(bucket, object.key);
  input.emplace("VersionId", object.version);
  return state_->call(kDeleteObject, input, stop, {}).map([](const auto&) {});
}

Result<S3Location> parse_s3_url(std::string_view url) {
  constexpr std::string_view kScheme = "s3://";
  if (!url.starts_with(kScheme)) return fail(ErrorCode::Syntax, "an S3 URL begins with s3://");
  url.remove_prefix(kScheme.size());
  const std::string_view bucket = url.substr(0, url.find('/'));
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  const bool is_name = bucket.size() >= 3 && bucket.size() <= 63 &&
                       std::all_of(bucket.begin(), bucket.end(), is_allowed) &&
                       bucket.find("..") == bucket.npos && bucket.front() != '-' &&
                       bucket.front() != '.' && bucket.back() != '-' && bucket.back() != '.';
  if (!is_name) {
    return fail(ErrorCode::Syntax,
                "a bucket's name has 3 to 63 of a-z, 0-9, '-' and '.', like s3://my-logs/AWSLogs/");
  }
  const bool has_prefix = bucket.size() < url.size();
  return S3Location{std::string(bucket),
                    std::string(has_prefix ? url.substr(bucket.size() + 1) : std::string_view())};
}

}  // namespace trailwarden::aws
