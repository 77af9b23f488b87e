#include "inference/anthropic_batch.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>

#include "aws/retry.h"
#include "base/utc_time.h"
#include "inference/jsonl.h"
#include "model/anthropic.h"
#include "model/json_read.h"
#include "model/messages.h"

namespace trailwarden::inference {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using Phase = JobLook::Phase;

constexpr milliseconds kCallTime{60'000};
constexpr milliseconds kUploadTime{600'000};
constexpr unsigned kAttemptsMax = 4;
constexpr double kJitter = 0.5;  // One client that waits minutes: no herd.
constexpr UnixSeconds kClockSkew = 600;
constexpr std::size_t kSecondsLength = 19;  // "2026-11-22T15:30:00", whatever follows.

std::string path_of(const std::string& batch) { return "/v1/messages/batches/" + batch; }

// Ids become a part of paths.
bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::uint64_t requests_of(const json::object& batch) {
  const json::object* counts = model::object_in(batch, "request_counts");
  std::uint64_t sum = 0;
  for (const char* name : {"processing", "succeeded", "errored", "canceled", "expired"}) {
    sum += counts == nullptr ? 0 : model::count_in(*counts, name);
  }
  return sum;
}

Phase phase_of(std::string_view status) {
  if (status == "ended") return Phase::Ended;
  return status == "in_progress" || status == "canceling" ? Phase::Waiting : Phase::Unknown;
}

class AnthropicBatch final : public BatchService {
 public:
  AnthropicBatch(model::HttpOptions options, JobLimits limits, Pause pause)
      : options_(std::move(options)), limits_(limits), pause_(std::move(pause)) {}

  const std::string& service() const override { return service_; }
  JobLimits limits() const override { return limits_; }

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
    return read_anthropic_record(line);
  }

 private:
  model::HttpCall call(const char* operation, const std::string& path) const {
    // The base was checked when this was made; an id is checked where it comes in.
    return model::anthropic_call(options_, operation, path).take();
  }
  model::Outcome<model::HttpAnswer> get(const char* operation, const std::string& path,
                                        const std::stop_token& stop);
  model::Outcome<std::string> post(const std::string& body, const std::stop_token& stop);

  const std::string service_ = "Anthropic";
  const model::HttpOptions options_;
  const JobLimits limits_;
  const Pause pause_;
};

std::string AnthropicBatch::record(const Task& task) const {
  model::Request request = task.request;
  // Whether a cache is met in a batch is chance, and writing to it costs.
  request.caching = model::Caching::None;
  json::object params{{"model", options_.model}};
  for (auto& entry : model::messages_body(request, model::FormStep::Words)) {
    params.emplace(entry.key(), entry.value());
  }
  return json::serialize(json::object{{"custom_id", task.id}, {"params", std::move(params)}});
}

Result<std::string> AnthropicBatch::prepare(const JobName& /*name*/,
                                            std::span<const std::string> records,
                                            const std::stop_token& /*stop*/) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const UnixSeconds seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  return json::serialize(
      json::object{{"requests", records.size()}, {"not_before", format_utc(seconds - kClockSkew)}});
}

model::Outcome<std::string> AnthropicBatch::create(const std::string& order,
                                                   std::span<const std::string> records,
                                                   const std::stop_token& stop) {
  std::string body = R"({"requests":[)";
  for (const std::string& record : records) (body += record) += ',';
  body.back() = ']';
  body += '}';
  for (unsigned attempts = 1;; ++attempts) {
    auto batch = post(body, stop);
    if (batch) return batch;
    const model::Failure& failure = batch.error();
    if (!failure.worth_retrying || attempts == kAttemptsMax) return batch;
    pause_(aws::backoff(attempts, kJitter, failure.server_asks), stop);
    if (failure.kind == model::Failure::Kind::Throttled) continue;
    // It may have been created all the same.
    const auto found = recover(order, {}, stop);
    if (!found) return batch;
    if (*found) return **found;
  }
}

model::Outcome<std::string> AnthropicBatch::post(const std::string& body,
                                                 const std::stop_token& stop) {
  const auto call = this->call("batches", "/v1/messages/batches");
  const auto answer = model::post_json(call, body, kUploadTime, stop);
  if (!answer) return tl::unexpected(answer.error());
  std::string id = model::text_in(answer->body, "id");
  if (is_id(id)) return id;
  return tl::unexpected(model::Failure{.kind = model::Failure::Kind::Unreadable,
                                       .service = service_,
                                       .operation = "batches",
                                       .message = "the answer has no id",
                                       .request_id = answer->request_id,
                                       .worth_retrying = true,
                                       .may_be_billed = true});
}

model::Outcome<std::optional<std::string>> AnthropicBatch::recover(
    const std::string& order, std::span<const std::string> known, const std::stop_token& stop) {
  const auto wanted = model::parse_json(order).value_or(json::object());
  const std::uint64_t requests = model::count_in(wanted.get_object(), "requests");
  const std::string not_before = model::text_in(wanted.get_object(), "not_before");
  // The newest come first; more than a hundred in ten minutes are not one user's.
  const auto list = get("batches", "/v1/messages/batches?limit=100", stop);
  if (!list) return tl::unexpected(list.error());
  const json::array* batches = model::array_in(list->body, "data");
  if (batches == nullptr) return std::optional<std::string>();
  for (const json::value& value : *batches) {
    const json::object* batch = value.if_object();
    if (batch == nullptr || requests_of(*batch) != requests) continue;
    std::string id = model::text_in(*batch, "id");
    const std::string created = model::text_in(*batch, "created_at");
    const bool is_new = created.compare(0, kSecondsLength, not_before, 0, kSecondsLength) >= 0;
    const bool is_known = std::find(known.begin(), known.end(), id) != known.end();
    if (is_new && !is_known && is_id(id)) return std::optional(std::move(id));
  }
  return std::optional<std::string>();
}

model::Outcome<model::HttpAnswer> AnthropicBatch::get(const char* operation,
                                                      const std::string& path,
                                                      const std::stop_token& stop) {
  const auto call = this->call(operation, path);
  for (unsigned attempts = 1;; ++attempts) {
    auto answer = model::get_json(call, kCallTime, stop);
    if (answer || !answer.error().worth_retrying || attempts == kAttemptsMax) return answer;
    pause_(aws::backoff(attempts, kJitter, answer.error().server_asks), stop);
  }
}

model::Outcome<JobLook> AnthropicBatch::look(const std::string& job, const std::stop_token& stop) {
  const auto answer = get("batch", path_of(job), stop);
  if (!answer) return tl::unexpected(answer.error());
  const std::string status = model::text_in(answer->body, "processing_status");
  JobLook look{.phase = phase_of(status), .word = status};
  if (look.phase == Phase::Ended && model::text_in(answer->body, "results_url").empty()) {
    look.phase = Phase::Lost;
    look.message = "its results are not there: they are kept for 29 days";
  }
  return look;
}

// From our own base URL, wherever results_url points to: the key goes nowhere else.
Result<std::optional<Manifest>> AnthropicBatch::read(const std::string& /*order*/,
                                                     const std::string& job, const OnLine& on_line,
                                                     const std::stop_token& stop) {
  LineSplitter lines;
  std::optional<Error> error;
  const net::OnBody on_body = [&](std::string_view piece) {
    auto fed = lines.feed(piece, on_line);
    if (!fed) error = std::move(fed).error();
    return !error;
  };
  const auto call = this->call("batch results", path_of(job) + "/results");
  const auto got = model::get_body(call, on_body, kCallTime, stop);
  if (error) return tl::unexpected(*std::move(error));
  if (!got) return tl::unexpected(model::to_error(got.error()));
  TW_TRY(lines.finish(on_line));
  return std::optional<Manifest>();
}

}  // namespace

Result<std::unique_ptr<BatchService>> make_anthropic_batch(model::HttpOptions options,
                                                           JobLimits limits, Pause pause) {
  TW_TRY(model::anthropic_call(options, "batches", "/v1/messages/batches"));
  return std::unique_ptr<BatchService>(
      std::make_unique<AnthropicBatch>(std::move(options), limits, std::move(pause)));
}

}  // namespace trailwarden::inference
