// S3 as Trailwarden uses it: lists, reads and writes objects. Finds out a bucket's region by
// itself. Source of fact: Amazon S3 API Reference.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/client.h"

namespace trailwarden::aws {

struct ObjectInfo {
  std::string key;  // Decoded: the bytes that name the object.
  std::uint64_t size = 0;
  std::string etag;           // With its quotes, as S3 says it.
  std::string last_modified;  // ISO 8601.
};

struct ListPage {
  std::vector<ObjectInfo> objects;
  std::vector<std::string> prefixes;  // Common prefixes, when a delimiter was given.
  std::string next_token;             // Empty: this was the last page.
};

struct ListRequest {
  std::string bucket;
  std::string prefix;
  std::string delimiter;    // "/" to list one folder, empty for all below.
  std::string start_after;  // Only keys behind this one.
  std::string token;        // ListPage::next_token of the page before.
  unsigned keys_max = 1000;
};

// One version of an object, or a marker that says that it was deleted.
struct ObjectVersion {
  std::string key;      // Decoded.
  std::string version;  // "null" where the bucket keeps no versions.
};

struct VersionPage {
  std::vector<ObjectVersion> versions;
  bool is_last = true;  // Nothing is behind them.
};

struct Object {
  std::string body;
  std::string etag;
  // x-amz-meta-* fields, names in lower case without that prefix.
  std::vector<std::pair<std::string, std::string>> metadata;

  const std::string* meta(std::string_view name) const;
};

struct PutOptions {
  std::string content_type;
  std::string kms_key_id;       // Empty: the bucket's own encryption.
  bool only_if_absent = false;  // If-None-Match: *
  std::vector<std::pair<std::string, std::string>> metadata;
};

// Safe for any number of threads.
class S3 {
 public:
  explicit S3(Session session);
  ~S3();

  Outcome<ListPage> list(const ListRequest& request, const std::stop_token& stop = {});
  // `max_bytes`: a larger object is an Unreadable failure, before it is loaded.
  Outcome<Object> get(std::string_view bucket, std::string_view key, std::uint64_t max_bytes,
                      const std::stop_token& stop = {});
  // Bytes [begin, end) of the object.
  Outcome<Object> get_range(std::string_view bucket, std::string_view key, std::uint64_t begin,
                            std::uint64_t end, const std::stop_token& stop = {});
  // Nothing when there is no such object.
  Outcome<std::optional<ObjectInfo>> head(std::string_view bucket, std::string_view key,
                                          const std::stop_token& stop = {});
  Outcome<void> put(std::string_view bucket, std::string_view key, std::string_view body,
                    const PutOptions& options = {}, const std::stop_token& stop = {});
  // Sends `body` in parts, several at once; nothing is left behind when it fails.
  Outcome<void> put_multipart(std::string_view bucket, std::string_view key, std::string_view body,
                              std::size_t part_bytes, const PutOptions& options = {},
                              const std::stop_token& stop = {});
  Outcome<void> remove(std::string_view bucket, std::string_view key,
                       const std::stop_token& stop = {});
  // The first thousand of what keeps a bucket from being empty.
  Outcome<VersionPage> list_versions(std::string_view bucket, const std::stop_token& stop = {});
  // For good: unlike remove(), which leaves a marker where the bucket keeps versions.
  Outcome<void> remove_version(std::string_view bucket, const ObjectVersion& object,
                               const std::stop_token& stop = {});

  // The region of a bucket, as far as calls have shown: the session's before the first one.
  std::string region_of(std::string_view bucket);
  // A URL with which anybody can get the object for `good_for`, by the session's keys: see
  // presigned_url(). Asks S3 nothing; a call of this bucket should have gone before, for its
  // region. Failure: there are no keys, or no endpoint.
  Outcome<std::string> presigned_get(std::string_view bucket, std::string_view key,
                                     std::chrono::seconds good_for,
                                     const std::stop_token& stop = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "s3://bucket/prefix" in its parts. Error: no such URL, or a bucket name that cannot be.
struct S3Location {
  std::string bucket;
  std::string prefix;  // Empty: the whole bucket.
};
Result<S3Location> parse_s3_url(std::string_view url);

}  // namespace trailwarden::aws
