// A bucket in memory that answers as S3 does: keys in the order of their bytes, pages, common
// prefixes, start-after; and refuses what a test tells it to.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "source/object_store.h"

namespace trailwarden::source {

class FakeStore final : public ObjectStore {
 public:
  std::map<std::string, std::string> objects;   // Key to body. One bucket: "logs".
  std::map<std::string, std::string> modified;  // Key to last_modified; "" where there is none.
  unsigned page_keys = 1000;
  // Asked before each answer; a failure is given instead.
  std::function<std::optional<aws::Failure>(const std::string& operation, const std::string& key)>
      refuse;

  aws::Outcome<aws::ListPage> list(const aws::ListRequest& request,
                                   const std::stop_token&) override {
    note(lists_, request.prefix + (request.delimiter.empty() ? "*" : ""));
    if (auto failure = refusal("ListObjectsV2", request.prefix)) return tl::unexpected(*failure);
    if (request.bucket != "logs") return tl::unexpected(failure_of("NoSuchBucket", 404));
    aws::ListPage page;
    const std::string after = request.token.empty() ? request.start_after : request.token;
    unsigned keys = 0;
    std::string last;
    for (auto at = objects.upper_bound(after); at != objects.end(); ++at) {
      const std::string& key = at->first;
      if (!key.starts_with(request.prefix)) continue;
      std::string folder;
      if (!request.delimiter.empty()) {
        const std::size_t slash = key.find('/', request.prefix.size());
        if (slash != std::string::npos) folder = key.substr(0, slash + 1);
      }
      if (!folder.empty() && folder == last) continue;
      if (keys++ == page_keys) {
        page.next_token = last.ends_with('/') && !objects.contains(last) ? last + "\xff" : last;
        break;
      }
      if (folder.empty()) {
        const auto time = modified.find(key);
        page.objects.push_back({key, at->second.size(), etag_of(at->second),
                                time == modified.end() ? "" : time->second});
        last = key;
      } else {
        page.prefixes.push_back(folder);
        last = folder;
      }
    }
    return page;
  }

  aws::Outcome<aws::Object> get(const std::string&, const std::string& key, std::uint64_t,
                                const std::stop_token&) override {
    note(gets_, key);
    if (auto failure = refusal("GetObject", key)) return tl::unexpected(*failure);
    const auto found = objects.find(key);
    if (found == objects.end()) return tl::unexpected(failure_of("NoSuchKey", 404));
    return aws::Object{found->second, etag_of(found->second), {}};
  }

  aws::Outcome<aws::Object> get_range(const std::string&, const std::string& key,
                                      std::uint64_t begin, std::uint64_t end,
                                      const std::stop_token&) override {
    note(ranges_, key + "@" + std::to_string(begin));
    if (auto failure = refusal("GetObject", key)) return tl::unexpected(*failure);
    const std::string& body = objects.at(key);
    return aws::Object{body.substr(begin, end - begin), etag_of(body), {}};
  }

  static aws::Failure failure_of(std::string code, unsigned status) {
    aws::Failure failure;
    failure.kind = status >= 500 ? aws::Failure::Kind::Exhausted : aws::Failure::Kind::Refused;
    failure.service = "S3";
    failure.operation = "GetObject";
    failure.code = std::move(code);
    failure.status = status;
    return failure;
  }
  static std::string etag_of(const std::string& body) {
    return "\"" + std::to_string(std::hash<std::string>{}(body)) + "\"";
  }

  // Prefixes listed ('*' behind those listed with all below), keys got: sorted.
  std::vector<std::string> lists() const { return sorted(lists_); }
  std::vector<std::string> gets() const { return sorted(gets_); }
  std::vector<std::string> ranges() const { return sorted(ranges_); }

 private:
  std::optional<aws::Failure> refusal(const std::string& operation, const std::string& key) {
    return refuse ? refuse(operation, key) : std::nullopt;
  }
  void note(std::vector<std::string>& into, std::string text) {
    const std::lock_guard lock(mutex_);
    into.push_back(std::move(text));
  }
  std::vector<std::string> sorted(std::vector<std::string> from) const {
    const std::lock_guard lock(mutex_);
    std::sort(from.begin(), from.end());
    return from;
  }

  mutable std::mutex mutex_;
  std::vector<std::string> lists_, gets_, ranges_;
};

}  // namespace trailwarden::source
