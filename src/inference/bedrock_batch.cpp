#include "inference/bedrock_batch.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <iterator>
#include <vector>

#include "aws/s3.h"
#include "inference/jsonl.h"
#include "model/bedrock.h"
#include "model/json_read.h"

namespace trailwarden::inference {
namespace {

namespace json = boost::json;
using Phase = JobLook::Phase;

constexpr std::size_t kPartBytes = std::size_t{16} << 20;
constexpr std::uint64_t kRangeBytes = std::uint64_t{8} << 20;
constexpr std::uint64_t kManifestBytesMax = std::uint64_t{1} << 20;

struct StatusPhase {
  std::string_view status;
  Phase phase;
};
// Expired: it never began within its time. Stopped and partly completed jobs leave what they
// answered.
constexpr auto kPhases = std::to_array<StatusPhase>({{"Submitted", Phase::Waiting},
                                                     {"Validating", Phase::Waiting},
                                                     {"Scheduled", Phase::Waiting},
                                                     {"InProgress", Phase::Waiting},
                                                     {"Stopping", Phase::Waiting},
                                                     {"Completed", Phase::Ended},
                                                     {"PartiallyCompleted", Phase::Ended},
                                                     {"Stopped", Phase::Ended},
                                                     {"Failed", Phase::Lost},
                                                     {"Expired", Phase::Lost}});

Phase phase_of(std::string_view status) {
  const auto* found = std::find_if(kPhases.begin(), kPhases.end(),
                                   [&](const StatusPhase& each) { return each.status == status; });
  return found == kPhases.end() ? Phase::Unknown : found->phase;
}

// The characters that Bedrock's s3Uri may have in a key.
bool is_key(std::string_view key) {
  constexpr std::string_view kAllowed =
      "-!_*'()./0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return key.find_first_not_of(kAllowed) == key.npos;
}

// An ARN and nothing odd: it is shown, and becomes a part of paths.
bool is_arn(std::string_view text) {
  return text.starts_with("arn:") && text.size() <= 1011 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// "arn:aws:bedrock:eu-central-1:111122223333:model-invocation-job/abcdefghijkl" → "abcdefghijkl".
std::string job_id(const std::string& arn) { return arn.substr(arn.rfind('/') + 1); }

// Where the job of an order writes to.
std::string output_url(const std::string& order) {
  const auto input = model::parse_json(order).value_or(json::object());
  const json::object* config = model::object_in(input.get_object(), "outputDataConfig");
  const json::object* place =
      config == nullptr ? nullptr : model::object_in(*config, "s3OutputDataConfig");
  return place == nullptr ? std::string() : model::text_in(*place, "s3Uri");
}

class BedrockBatch final : public BatchService {
 public:
  BedrockBatch(const aws::Session& session, BedrockBatchOptions options)
      : options_(std::move(options)),
        call_(options_.model.find("anthropic.") == std::string::npos
                  ? model::BedrockCall::Converse
                  : model::BedrockCall::InvokeModel),
        client_(session, aws::kBedrock, model::bedrock_region(options_.model)),
        s3_(session) {}

  const std::string& service() const override { return service_; }
  JobLimits limits() const override { return options_.limits; }

  std::string record(const Task& task) const override;
  Result<std::string> prepare(const JobName& name, std::span<const std::string> records,
                              const std::stop_token& stop) override;
  model::Outcome<std::string> create(const std::string& order, std::span<const std::string> records,
                                     const std::stop_token& stop) override;
  model::Outcome<std::optional<std::string>> recover(const std::string& order,
                                                     std::span<const std::string> known,
                                                     const std::stop_token& stop) override;
  model::Outcome<JobLook> look(const std::string& job, const std::stop_token& stop) override;
  Result<std::optional<Manifest>> read(const std::string& order, const std::string& job,
                                       const OnLine& on_line, const std::stop_token& stop) override;
  Result<BatchRecord> parse(std::string_view line) const override {
    return read_bedrock_record(line, call_);
  }

 private:
  json::object order_of(const JobName& name, const std::string& folder) const;
  Result<void> put(const std::string& key, const std::string& body, const std::stop_token& stop);
  Result<std::vector<aws::ObjectInfo>> list(const aws::S3Location& folder,
                                            const std::stop_token& stop);
  Result<void> read_lines(const std::string& bucket, const aws::ObjectInfo& object,
                          const OnLine& on_line, const std::stop_token& stop);

  const std::string service_ = "Bedrock";
  const BedrockBatchOptions options_;
  const model::BedrockCall call_;
  aws::Client client_;
  aws::S3 s3_;
};

std::string BedrockBatch::record(const Task& task) const {
  model::Request request = task.request;
  // Whether a cache is met in a job is chance, and writing to it costs.
  request.caching = model::Caching::None;
  const json::object record{
      {"recordId", task.id},
      {"modelInput", model::bedrock_body(request, options_.model, call_, model::FormStep::Words)}};
  return json::serialize(record);
}

Result<std::string> BedrockBatch::prepare(const JobName& name, std::span<const std::string> records,
                                          const std::stop_token& stop) {
  const std::string folder = options_.prefix + (options_.prefix.empty() ? "" : "/") + name.run +
                             "/" + std::to_string(name.number) + "/";
  std::string body;
  std::size_t size = records.size();
  for (const std::string& record : records) size += record.size();
  body.reserve(size);
  for (const std::string& record : records) (body += record) += '\n';
  TW_TRY(put(folder + "input.jsonl", body, stop));
  return json::serialize(order_of(name, folder));
}

json::object BedrockBatch::order_of(const JobName& name, const std::string& folder) const {
  const std::string number = name.run + "-" + std::to_string(name.number);
  const std::string place = "s3://" + options_.bucket + "/" + folder;
  json::object output{{"s3Uri", place + "output/"}};
  if (!options_.kms_key_id.empty()) output["s3EncryptionKeyId"] = options_.kms_key_id;
  return {
      {"jobName", "trailwarden-digest-" + number},
      {"roleArn", options_.role_arn},
      // The same token is the same job, however often it is asked for.
      {"clientRequestToken", number},
      {"modelId", options_.model},
      {"inputDataConfig",
       {{"s3InputDataConfig", {{"s3Uri", place + "input.jsonl"}, {"s3InputFormat", "JSONL"}}}}},
      {"outputDataConfig", {{"s3OutputDataConfig", std::move(output)}}},
      {"timeoutDurationInHours", options_.timeout_hours},
      {"modelInvocationType", call_ == model::BedrockCall::Converse ? "Converse" : "InvokeModel"}};
}

Result<void> BedrockBatch::put(const std::string& key, const std::string& body,
                               const std::stop_token& stop) {
  aws::PutOptions how;
  how.content_type = "application/jsonl";
  how.kms_key_id = options_.kms_key_id;
  const auto put = body.size() > kPartBytes
                       ? s3_.put_multipart(options_.bucket, key, body, kPartBytes, how, stop)
                       : s3_.put(options_.bucket, key, body, how, stop);
  if (put) return {};
  Error error = aws::to_error(put.error());
  error.where = "s3://" + options_.bucket + "/" + key;
  return tl::unexpected(std::move(error));
}

model::Outcome<std::string> BedrockBatch::create(const std::string& order,
                                                 std::span<const std::string> /*records*/,
                                                 const std::stop_token& stop) {
  const auto input = model::parse_json(order).value_or(json::object());
  const auto output = client_.call(aws::kCreateModelInvocationJob, input.get_object(), stop);
  if (!output) return tl::unexpected(model::bedrock_failure(output.error()));
  std::string arn = model::text_in(*output, "jobArn");
  if (is_arn(arn)) return arn;
  return tl::unexpected(model::Failure{.kind = model::Failure::Kind::Unreadable,
                                       .service = service_,
                                       .operation = "CreateModelInvocationJob",
                                       .message = "the answer has no ARN of a job",
                                       .status = 200,
                                       .attempts = 1,
                                       .may_be_billed = true});
}

model::Outcome<std::optional<std::string>> BedrockBatch::recover(
    const std::string& order, std::span<const std::string> /*known*/, const std::stop_token& stop) {
  auto job = create(order, {}, stop);
  if (job) return std::optional(*std::move(job));
  // What it refuses to do again as a whole it did not do before.
  if (job.error().status == 400 && job.error().kind == model::Failure::Kind::Refused) {
    return std::optional<std::string>();
  }
  return tl::unexpected(std::move(job).error());
}

model::Outcome<JobLook> BedrockBatch::look(const std::string& job, const std::stop_token& stop) {
  const auto output = client_.call(aws::kGetModelInvocationJob, {{"jobIdentifier", job}}, stop);
  if (!output) return tl::unexpected(model::bedrock_failure(output.error()));
  const std::string status = model::text_in(*output, "status");
  return JobLook{.phase = phase_of(status),
                 .word = status,
                 .message = model::text_in(*output, "message"),
                 .processed = model::count_in(*output, "processedRecordCount")};
}

Result<std::optional<Manifest>> BedrockBatch::read(const std::string& order, const std::string& job,
                                                   const OnLine& on_line,
                                                   const std::stop_token& stop) {
  const auto folder = TW_TRY(aws::parse_s3_url(output_url(order)));
  const auto objects = TW_TRY(list(folder, stop));
  std::optional<Manifest> manifest;
  for (const aws::ObjectInfo& object : objects) {
    if (object.key.find("/" + job_id(job) + "/") == std::string::npos) continue;
    if (object.key.ends_with("/manifest.json.out")) {
      // A second opinion: the records themselves say what they used.
      const auto text = s3_.get(folder.bucket, object.key, kManifestBytesMax, stop);
      const auto counts =
          text ? read_manifest(text->body) : Result<Manifest>(fail(ErrorCode::Io, {}));
      if (counts) manifest = *counts;
    }
    if (object.key.ends_with(".jsonl.out")) {
      TW_TRY(read_lines(folder.bucket, object, on_line, stop));
    }
  }
  return manifest;
}

Result<std::vector<aws::ObjectInfo>> BedrockBatch::list(const aws::S3Location& folder,
                                                        const std::stop_token& stop) {
  aws::ListRequest request;
  request.bucket = folder.bucket;
  request.prefix = folder.prefix;
  std::vector<aws::ObjectInfo> objects;
  do {
    auto page = s3_.list(request, stop);
    if (!page) return tl::unexpected(aws::to_error(page.error()));
    std::move(page->objects.begin(), page->objects.end(), std::back_inserter(objects));
    request.token = page->next_token;
  } while (!request.token.empty());
  return objects;
}

Result<void> BedrockBatch::read_lines(const std::string& bucket, const aws::ObjectInfo& object,
                                      const OnLine& on_line, const std::stop_token& stop) {
  LineSplitter lines;
  for (std::uint64_t begin = 0; begin < object.size; begin += kRangeBytes) {
    const auto end = std::min(begin + kRangeBytes, object.size);
    const auto piece = s3_.get_range(bucket, object.key, begin, end, stop);
    if (!piece) return tl::unexpected(aws::to_error(piece.error()));
    TW_TRY(lines.feed(piece->body, on_line));
  }
  return lines.finish(on_line);
}

}  // namespace

Result<std::unique_ptr<BatchService>> make_bedrock_batch(const aws::Session& session,
                                                         BedrockBatchOptions options) {
  while (options.prefix.ends_with('/')) options.prefix.pop_back();
  if (!options.role_arn.starts_with("arn:") ||
      options.role_arn.find(":role/") == std::string::npos) {
    return fail(ErrorCode::Usage, "a batch job needs the ARN of a role that Bedrock may assume");
  }
  TW_TRY(aws::parse_s3_url("s3://" + options.bucket));
  if (!is_key(options.prefix) || options.prefix.starts_with('/') ||
      options.prefix.find("//") != std::string::npos) {
    return fail(ErrorCode::Usage,
                "Bedrock takes only letters, digits and -!_*'(). between single slashes here",
                "s3://" + options.bucket + "/" + options.prefix);
  }
  return std::unique_ptr<BatchService>(std::make_unique<BedrockBatch>(session, std::move(options)));
}

}  // namespace trailwarden::inference
