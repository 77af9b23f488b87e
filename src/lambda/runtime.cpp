#include "lambda/runtime.h"

#include <charconv>
#include <utility>

#include "json/writer.h"
#include "triage/log_text.h"

namespace trailwarden::lambda {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// The sandbox may sleep in mid-wait for as long as Lambda likes.
constexpr milliseconds kForever = hours{24 * 365};
constexpr milliseconds kAnswered = seconds{10};
constexpr std::size_t kPayloadBytesMax = std::size_t{64} << 20;
constexpr std::size_t kWordsMax = 2'000;

std::string error_body(std::string_view type, std::string_view message) {
  std::string body;
  json::Writer json(body);
  json.begin_object();
  json.key("errorMessage").string(triage::shown(message, kWordsMax));
  json.key("errorType").string(type);
  json.key("stackTrace").begin_array().end_array();
  json.end_object();
  return body;
}

Error broken(std::string_view path, const std::string& why) {
  return {ErrorCode::Io, "Lambda's runtime API: " + std::string(path) + ": " + why, {}};
}

}  // namespace

Runtime::Runtime(std::string_view address)
    : base_("http://" + std::string(address) + "/2018-06-01/runtime/") {}

Result<net::Response> Runtime::ask(std::string_view method, const std::string& path,
                                   std::string body, std::string_view error_type,
                                   milliseconds silence, const std::stop_token& stop) {
  net::Request request;
  request.method = method;
  request.url = TW_TRY(net::parse_url(base_ + path));
  request.body = std::move(body);
  if (method == "POST") request.headers.emplace_back("Content-Type", "application/json");
  if (!error_type.empty()) {
    request.headers.emplace_back("Lambda-Runtime-Function-Error-Type", error_type);
  }
  const net::Limits limits{
      .connect = seconds{1}, .silence = silence, .body_bytes = kPayloadBytesMax};
  auto response = http_.send(request, limits, stop);
  if (!response) return tl::unexpected(broken(path, response.error().message));
  return *std::move(response);
}

Result<std::optional<Invocation>> Runtime::next(const std::stop_token& stop) {
  auto asked = ask("GET", "invocation/next", {}, {}, kForever, stop);
  if (!asked) {
    if (stop.stop_requested()) return std::nullopt;
    return tl::unexpected(std::move(asked).error());
  }
  const std::string* id = asked->header("Lambda-Runtime-Aws-Request-Id");
  if (asked->status != 200 || id == nullptr || id->empty()) {
    return tl::unexpected(broken("invocation/next", "HTTP " + std::to_string(asked->status)));
  }
  std::int64_t deadline = 0;
  if (const std::string* text = asked->header("Lambda-Runtime-Deadline-Ms")) {
    std::from_chars(text->data(), text->data() + text->size(), deadline);
  }
  return Invocation{.id = *id,
                    .payload = std::move(asked->body),
                    .deadline = std::chrono::system_clock::time_point(milliseconds(deadline))};
}

Result<void> Runtime::respond(const Invocation& invocation, std::string body) {
  const std::string path = "invocation/" + invocation.id + "/response";
  const auto answer = TW_TRY(ask("POST", path, std::move(body), {}, kAnswered, {}));
  if (answer.status == 413) return fail(invocation, "Trailwarden.ReplyTooLarge", "reply too large");
  if (answer.status / 100 == 2) return {};
  return tl::unexpected(broken(path, "HTTP " + std::to_string(answer.status)));
}

Result<void> Runtime::fail(const Invocation& invocation, std::string_view type,
                           std::string_view message) {
  const std::string path = "invocation/" + invocation.id + "/error";
  const auto answer = TW_TRY(ask("POST", path, error_body(type, message), type, kAnswered, {}));
  if (answer.status / 100 == 2) return {};
  return tl::unexpected(broken(path, "HTTP " + std::to_string(answer.status)));
}

Result<void> Runtime::fail_to_begin(std::string_view message) {
  constexpr std::string_view kType = "Trailwarden.Setup";
  TW_TRY(ask("POST", "init/error", error_body(kType, message), kType, kAnswered, {}));
  return {};
}

}  // namespace trailwarden::lambda
