#include "cli/verify_aws.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <utility>

#include "aws/operations.h"

namespace trailwarden::cli {
namespace {

namespace bj = boost::json;

// CloudTrail's files have at most 50 MB (User Guide, quotas).
constexpr std::uint64_t kObjectBytesMax = std::uint64_t{128} << 20U;

class OwnedBytes final : public integrity::ObjectBytes {
 public:
  explicit OwnedBytes(std::string bytes) : bytes_(std::move(bytes)) {}

  std::size_t read(std::span<char> into) override {
    const std::size_t size = std::min(into.size(), bytes_.size() - at_);
    std::copy_n(bytes_.data() + at_, size, into.data());
    at_ += size;
    return size;
  }
  std::string failure() const override { return {}; }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

std::string text_of(const bj::object& object, std::string_view name) {
  const bj::value* member = object.if_contains({name.data(), name.size()});
  const bj::string* text = member == nullptr ? nullptr : member->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

std::optional<UnixSeconds> time_of(const bj::object& object, std::string_view name) {
  const bj::value* member = object.if_contains({name.data(), name.size()});
  if (member == nullptr || !member->is_number()) return std::nullopt;
  const auto seconds = member->to_number<double>();
  if (!(seconds >= 0 && seconds < 1e12)) return std::nullopt;
  return static_cast<UnixSeconds>(seconds);
}

void take_keys(const bj::object& answer, std::vector<integrity::KeyRecord>& records) {
  const bj::value* list = answer.if_contains("PublicKeyList");
  if (list == nullptr || !list->is_array()) return;
  for (const bj::value& entry : list->get_array()) {
    const bj::object* key = entry.if_object();
    if (key == nullptr) continue;
    records.push_back({text_of(*key, "Fingerprint"), text_of(*key, "Value"),
                       time_of(*key, "ValidityStartTime"), time_of(*key, "ValidityEndTime")});
  }
}

}  // namespace

BucketStore::BucketStore(std::shared_ptr<source::ObjectStore> s3, aws::S3Location location)
    : s3_(std::move(s3)), location_(std::move(location)) {
  std::string& top = location_.prefix;
  if (!top.empty() && !top.ends_with('/')) top += '/';
}

Result<void> BucketStore::list(const std::string& folder, const std::string& delimiter,
                               const std::function<void(aws::ListPage&)>& on_page) {
  aws::ListRequest request{.bucket = location_.bucket,
                           .prefix = folder,
                           .delimiter = delimiter,
                           .start_after = {},
                           .token = {}};
  do {
    auto page = s3_->list(request, {});
    if (!page) return tl::unexpected(aws::to_error(page.error()));
    on_page(*page);
    request.token = page->next_token;
  } while (!request.token.empty());
  return {};
}

Result<std::vector<std::string>> BucketStore::folders(const std::string& folder) {
  std::vector<std::string> names;
  TW_TRY(list(folder, "/", [&](const aws::ListPage& page) {
    for (const std::string& prefix : page.prefixes) {
      if (prefix.size() <= folder.size() + 1 || !prefix.starts_with(folder)) continue;
      names.push_back(prefix.substr(folder.size(), prefix.size() - folder.size() - 1));
    }
  }));
  return names;
}

Result<void> BucketStore::files(const std::string& folder,
                                const std::function<void(std::string key)>& on_file) {
  return list(folder, "", [&](aws::ListPage& page) {
    for (aws::ObjectInfo& object : page.objects) on_file(std::move(object.key));
  });
}

Result<std::optional<integrity::StoredObject>> BucketStore::get(const std::string& key,
                                                                integrity::Want want,
                                                                const std::stop_token& stop) {
  auto got = s3_->get(location_.bucket, key, kObjectBytesMax, stop);
  if (!got && got.error().code == "NoSuchKey") return std::nullopt;
  if (!got) return tl::unexpected(aws::to_error(got.error()));
  integrity::StoredObject object;
  if (want == integrity::Want::BytesAndMetadata) {
    object.metadata.insert(got->metadata.begin(), got->metadata.end());
  }
  object.bytes = std::make_unique<OwnedBytes>(std::move(got->body));
  return object;
}

integrity::FetchKeys fetch_keys_from(const aws::Session& session) {
  return [session](const std::string& region, integrity::Window window,
                   const std::stop_token& stop) -> Result<std::vector<integrity::KeyRecord>> {
    aws::Client cloudtrail(session, aws::kCloudTrail, region);
    std::vector<integrity::KeyRecord> records;
    bj::object input{{"StartTime", window.from}, {"EndTime", window.to}};
    while (true) {
      const auto answer = cloudtrail.call(aws::kListPublicKeys, input, stop);
      if (!answer) return tl::unexpected(aws::to_error(answer.error()));
      take_keys(*answer, records);
      const std::string next = text_of(*answer, "NextToken");
      if (next.empty()) return records;
      input["NextToken"] = next;
    }
  };
}

}  // namespace trailwarden::cli
