#include "sink/webhook.h"

#include <utility>

#include "aws/sigv4.h"
#include "sink/hmac.h"
#include "sink/http_outcome.h"
#include "sink/notice_json.h"

namespace trailwarden::sink {
namespace {

constexpr std::size_t kHashShown = 8;

std::string unix_seconds(aws::SystemTime time) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

Outcome outcome_of_answer(const net::Response& response, aws::SystemTime now) {
  if (response.status >= 200 && response.status < 300) return Sent{};
  if (is_passing(response.status)) return Postponed{told(response), retry_after(response, now)};
  return Refused{told(response)};
}

}  // namespace

std::string webhook_signature(std::string_view secret, std::string_view timestamp,
                              std::string_view body) {
  std::string signed_text = "v1:";
  signed_text.append(timestamp).append(":").append(body);
  return "v1=" + hmac_sha256_hex(secret, signed_text);
}

std::string webhook_name(const net::Url& url) {
  const std::string place = url.scheme + "://" + url.authority();
  if (url.target == "/") return "webhook:" + place;
  return "webhook:" + place + "/#" + aws::sha256_hex(place + url.target).substr(0, kHashShown);
}

WebhookSink::WebhookSink(net::Url url, std::shared_ptr<Secret> secret, std::vector<Route> routes,
                         Means means)
    : url_(std::move(url)),
      secret_(std::move(secret)),
      routes_(std::move(routes)),
      means_(std::move(means)),
      name_(webhook_name(url_)) {}

Outcome WebhookSink::send(const Dispatch& dispatch, const std::stop_token& stop) {
  net::Request request{.method = "POST", .url = url_};
  request.body = keyed_json(dispatch.notice, dispatch.key);
  const std::string timestamp = unix_seconds(means_.now());
  request.headers = {{"Content-Type", "application/json"},
                     {"Idempotency-Key", std::string(dispatch.key)},
                     {"X-Trailwarden-Timestamp", timestamp}};
  if (secret_) {
    const auto key = secret_->get(stop);
    if (!key) return Postponed{to_string(key.error()), std::nullopt};
    request.headers.emplace_back("X-Trailwarden-Signature",
                                 webhook_signature(*key, timestamp, request.body));
  }
  const auto answer = means_.http->send(request, receiver_limits(), stop);
  return answer ? outcome_of_answer(*answer, means_.now()) : outcome_of(answer.error());
}

}  // namespace trailwarden::sink
