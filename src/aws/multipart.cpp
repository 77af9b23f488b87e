#include "aws/multipart.h"

#include <algorithm>
#include <atomic>
#include <boost/json/value.hpp>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

#include "aws/scalar.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;

constexpr std::size_t kPartsMax = 10'000;
constexpr std::size_t kThreadsMax = 4;
// For a clean-up after a failure, which may be that nothing answers.
constexpr std::chrono::seconds kAbortTime{10};

}  // namespace

MultipartUpload::MultipartUpload(S3Calls& calls, std::string_view bucket, std::string_view key,
                                 const PutOptions& options)
    : calls_(calls), bucket_(bucket), key_(key), options_(options) {}

json::object MultipartUpload::name() const { return {{"Bucket", bucket_}, {"Key", key_}}; }

json::object MultipartUpload::name_of_upload() const {
  json::object input = name();
  input.emplace("UploadId", upload_id_);
  return input;
}

Outcome<void> MultipartUpload::run(std::string_view body, std::size_t part_bytes,
                                   const std::stop_token& stop) {
  part_bytes = std::max({part_bytes, (body.size() + kPartsMax - 1) / kPartsMax, std::size_t{1}});
  auto done = begin(stop);
  if (!done) return done;
  done = send_parts(body, part_bytes, stop);
  if (done) done = complete(body.size(), stop);
  if (!done) abort(done.error());
  return done;
}

Outcome<void> MultipartUpload::begin(const std::stop_token& stop) {
  json::object input = name();
  add_put_options(options_, input);
  const auto output = calls_.call(kCreateMultipartUpload, input, stop, {});
  if (!output) return tl::unexpected(output.error());
  upload_id_ = view(output->at("UploadId").get_string());
  return {};
}

Outcome<std::string> MultipartUpload::send_part(std::size_t index, std::string_view part,
                                                const std::stop_token& stop) {
  json::object input = name_of_upload();
  input.emplace("PartNumber", index + 1);
  input.emplace("Body", json::string_view(part.data(), part.size()));
  return calls_.call(kUploadPart, input, stop, {}).map([](const json::object& output) {
    return std::string(view(output.at("ETag").get_string()));
  });
}

Outcome<void> MultipartUpload::send_parts(std::string_view body, std::size_t part_bytes,
                                          const std::stop_token& stop) {
  etags_.resize((body.size() + part_bytes - 1) / part_bytes);
  std::stop_source stop_all;
  const std::stop_callback pass_on(stop, [&] { stop_all.request_stop(); });
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<Failure> first_failure;
  const auto send = [&] {
    for (std::size_t i = next++; i < etags_.size(); i = next++) {
      auto etag = send_part(i, body.substr(i * part_bytes, part_bytes), stop_all.get_token());
      if (etag) {
        etags_[i] = *std::move(etag);
        continue;
      }
      const std::lock_guard lock(mutex);
      if (!first_failure) first_failure = std::move(etag).error();
      stop_all.request_stop();
      return;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(kThreadsMax, etags_.size()); ++i) {
      threads.emplace_back(send);
    }
  }
  if (first_failure) return tl::unexpected(*std::move(first_failure));
  return {};
}

Outcome<void> MultipartUpload::complete(std::size_t body_bytes, const std::stop_token& stop) {
  json::array parts;
  for (std::size_t i = 0; i < etags_.size(); ++i) {
    parts.push_back({{"PartNumber", i + 1}, {"ETag", etags_[i]}});
  }
  json::object input = name_of_upload();
  input.emplace("MultipartUpload", json::object{{"Parts", std::move(parts)}});
  if (options_.only_if_absent) input.emplace("IfNoneMatch", "*");
  auto output = calls_.call(kCompleteMultipartUpload, input, stop, {});
  if (output || is_complete_already(output.error(), body_bytes, stop)) return {};
  return tl::unexpected(std::move(output).error());
}

// When the answer to the first attempt was lost, the second finds no upload any more.
bool MultipartUpload::is_complete_already(const Failure& failure, std::size_t body_bytes,
                                          const std::stop_token& stop) {
  if (failure.attempts < 2 || failure.status != 404) return false;
  const auto there = calls_.call(kHeadObject, name(), stop, {});
  if (!there || !there->contains("ETag") || !there->contains("ContentLength")) return false;
  const std::string count = "-" + std::to_string(etags_.size()) + "\"";
  return view(there->at("ETag").get_string()).ends_with(count) &&
         there->at("ContentLength").get_int64() == static_cast<std::int64_t>(body_bytes);
}

void MultipartUpload::abort(Failure& failure) {
  CallOptions options;
  options.limits.total = kAbortTime;
  const auto aborted = calls_.call(kAbortMultipartUpload, name_of_upload(), {}, options);
  if (aborted || aborted.error().status == 404) return;
  failure.message += "; the parts of upload " + upload_id_ + " could not be removed";
}

}  // namespace trailwarden::aws
