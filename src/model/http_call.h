// One POST of JSON to a model's service that is no AWS, and what its errors mean.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "model/failure.h"
#include "model/provider.h"
#include "net/http.h"

namespace trailwarden::model {

// Bytes of the largest answer that is read: a hundred times what a long answer has.
inline constexpr std::size_t kAnswerBytesMax = std::size_t{4} << 20;

struct HttpCall {
  net::Client& http;
  std::string service;    // For failures.
  std::string operation;  // The same.
  net::Url url;
  std::vector<net::Header> headers;  // The key among them.
};

struct HttpAnswer {
  boost::json::object body;
  std::string request_id;
};

// Sends `body` and reads the answer. Failures by status: 401 Credentials, 429 Throttled, 408, 409,
// 5xx and 529 Unavailable, other Refused; x-should-retry overrules. Never quotes a header field.
Outcome<HttpAnswer> post_json(const HttpCall& call, std::string body,
                              std::chrono::milliseconds time, const std::stop_token& stop);

// The same without a body, by GET.
Outcome<HttpAnswer> get_json(const HttpCall& call, std::chrono::milliseconds time,
                             const std::stop_token& stop);
// Hands the body of a GET on piece by piece; `silence`: at most so long between two of them.
Outcome<void> get_body(const HttpCall& call, const net::OnBody& on_body,
                       std::chrono::milliseconds silence, const std::stop_token& stop);

// The reply that was read from `answer`, with the request's id and, where the service names no
// model, `model`. Where it could not be read: a failure of kind Unreadable.
Outcome<Reply> reply_to(const HttpCall& call, const HttpAnswer& answer, Result<Reply> reply,
                        const std::string& model);

// Where `path` ("/v1/messages") is asked: at `base`, with or without slashes at its end, or at
// `own` where there is no base. Error: Syntax, no URL.
Result<net::Url> service_url(const std::string& base, std::string_view own, std::string_view path);

}  // namespace trailwarden::model
