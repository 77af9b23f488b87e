#include "model/http_call.h"

#include <boost/json/value.hpp>
#include <limits>
#include <utility>

#include "aws/retry.h"
#include "model/json_read.h"

namespace trailwarden::model {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using Kind = Failure::Kind;

std::string request_id_of(const net::Response& response) {
  for (const char* name : {"request-id", "x-request-id"}) {
    if (const std::string* value = response.header(name)) return *value;
  }
  return {};
}

Failure failed(const HttpCall& call, Kind kind, std::string message) {
  return {.kind = kind,
          .service = call.service,
          .operation = call.operation,
          .message = std::move(message),
          .attempts = 1};
}

Failure after_network(const HttpCall& call, const net::Failure& failure) {
  using From = net::Failure::Kind;
  Failure result = failed(call, Kind::Unavailable, failure.message);
  result.may_be_billed = failure.sent;
  result.worth_retrying = failure.kind != From::Tls;
  if (failure.kind == From::Cancelled) {
    result.kind = Kind::Cancelled;
    result.worth_retrying = false;
  }
  if (failure.kind == From::TooLarge) {
    result.kind = Kind::Unreadable;
    result.worth_retrying = false;
  }
  return result;
}

// {"error": {"type": …, "code": …, "message": …}} of Anthropic and OpenAI, {"error": "…"} of
// Ollama, {"message": …} or {"detail": …} of others; else the body's beginning.
void read_error_body(const std::string& body, Failure& failure) {
  const auto value = parse_json(body);
  const json::object* root = value ? value->if_object() : nullptr;
  if (root == nullptr) {
    failure.message = body.empty() ? "no words" : body;
    return;
  }
  if (const json::object* error = object_in(*root, "error")) {
    failure.code = text_in(*error, "code");
    if (failure.code.empty()) failure.code = text_in(*error, "type");
    failure.message = text_in(*error, "message");
  } else {
    for (const char* name : {"error", "message", "detail"}) {
      if (failure.message.empty()) failure.message = text_in(*root, name);
    }
  }
  if (failure.request_id.empty()) failure.request_id = text_in(*root, "request_id");
}

Kind kind_of(unsigned status, std::string_view code) {
  if (status == 401) return Kind::Credentials;
  // OpenAI's word for an account without money, which waiting does not fill.
  if (code == "insufficient_quota") return Kind::Refused;
  if (status == 429) return Kind::Throttled;
  if (status == 408 || status == 409 || status >= 500) return Kind::Unavailable;
  return Kind::Refused;
}

Failure after_error(const HttpCall& call, const net::Response& response) {
  Failure result = failed(call, Kind::Refused, {});
  result.status = response.status;
  result.request_id = request_id_of(response);
  read_error_body(response.body, result);
  result.kind = kind_of(response.status, result.code);
  result.worth_retrying = result.kind == Kind::Throttled || result.kind == Kind::Unavailable;
  if (const std::string* should = response.header("x-should-retry")) {
    result.worth_retrying = *should == "true";
  }
  result.server_asks = aws::retry_after(response, std::chrono::system_clock::now());
  return result;
}

Failure unreadable(const HttpCall& call, const net::Response& response) {
  const std::string* type = response.header("content-type");
  Failure result = failed(call, Kind::Unreadable,
                          "the answer is no JSON object but " +
                              (type == nullptr ? "of no content type" : "\"" + *type + "\""));
  result.status = response.status;
  result.request_id = request_id_of(response);
  result.may_be_billed = true;
  result.worth_retrying = true;  // A proxy, or half of an answer.
  return result;
}

net::Request request_of(const HttpCall& call, const char* method) {
  net::Request request{.method = method, .url = call.url, .headers = call.headers};
  request.headers.emplace_back("Accept", "application/json");
  request.headers.emplace_back("User-Agent", "trailwarden/" TW_VERSION);
  return request;
}

Outcome<HttpAnswer> ask_json(const HttpCall& call, const net::Request& request, milliseconds time,
                             const std::stop_token& stop) {
  // A model says nothing for as long as it thinks.
  const net::Limits limits{.silence = time, .total = time, .body_bytes = kAnswerBytesMax};
  auto response = call.http.send(request, limits, stop);
  if (!response) return tl::unexpected(after_network(call, response.error()));
  if (response->status < 200 || response->status > 299) {
    return tl::unexpected(after_error(call, *response));
  }
  auto value = parse_json(response->body);
  if (!value || !value->is_object()) return tl::unexpected(unreadable(call, *response));
  return HttpAnswer{std::move(value->get_object()), request_id_of(*response)};
}

}  // namespace

Outcome<HttpAnswer> post_json(const HttpCall& call, std::string body,
                              std::chrono::milliseconds time, const std::stop_token& stop) {
  net::Request request = request_of(call, "POST");
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  return ask_json(call, request, time, stop);
}

Outcome<HttpAnswer> get_json(const HttpCall& call, std::chrono::milliseconds time,
                             const std::stop_token& stop) {
  return ask_json(call, request_of(call, "GET"), time, stop);
}

Outcome<void> get_body(const HttpCall& call, const net::OnBody& on_body,
                       std::chrono::milliseconds silence, const std::stop_token& stop) {
  const net::Limits limits{.silence = silence,
                           .body_bytes = std::numeric_limits<std::size_t>::max()};
  auto response = call.http.send(request_of(call, "GET"), limits, on_body, stop);
  if (!response) return tl::unexpected(after_network(call, response.error()));
  if (response->status != 200) return tl::unexpected(after_error(call, *response));
  return {};
}

Outcome<Reply> reply_to(const HttpCall& call, const HttpAnswer& answer, Result<Reply> reply,
                        const std::string& model) {
  if (!reply) {
    return tl::unexpected(Failure{.kind = Failure::Kind::Unreadable,
                                  .service = call.service,
                                  .operation = call.operation,
                                  .message = reply.error().message,
                                  .request_id = answer.request_id,
                                  .status = 200,
                                  .attempts = 1,
                                  .worth_retrying = true,
                                  .may_be_billed = true});
  }
  if (!answer.request_id.empty()) reply->request_id = answer.request_id;
  if (reply->model.empty()) reply->model = model;
  return *std::move(reply);
}

Result<net::Url> service_url(const std::string& base, std::string_view own, std::string_view path) {
  std::string url = base.empty() ? std::string(own) : base;
  while (url.ends_with('/')) url.pop_back();
  return net::parse_url(url + std::string(path));
}

}  // namespace trailwarden::model
