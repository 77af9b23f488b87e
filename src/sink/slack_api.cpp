#include "sink/slack_api.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "aws/sigv4.h"
#include "sink/http_outcome.h"

namespace trailwarden::sink {
namespace {

using std::chrono::milliseconds;

// Where Slack names no time: one message a second and channel is what it allows.
constexpr milliseconds kUsualWait{1'000};

}  // namespace

std::string told(std::string_view method, const SlackAnswer& answer) {
  std::string text = std::string(method) + ": " + answer.error;
  if (!answer.explanation.empty()) text += " (" + answer.explanation + ")";
  const std::string_view advice = slack_advice(answer.error);
  if (!advice.empty()) text.append(": ").append(advice);
  return text;
}

SlackApi::SlackApi(net::Url base, std::shared_ptr<Secret> token, Means means)
    : base_(std::move(base)), token_(std::move(token)), means_(std::move(means)) {}

net::Url SlackApi::url_of(std::string_view method) const {
  net::Url url = base_;
  if (!url.target.ends_with('/')) url.target += '/';
  url.target += method;
  return url;
}

std::optional<milliseconds> SlackApi::closed_for() const {
  const std::scoped_lock lock(mutex_);
  const auto left = std::chrono::ceil<milliseconds>(closed_until_ - means_.now());
  if (left <= milliseconds(0)) return std::nullopt;
  return left;
}

void SlackApi::close_for(milliseconds span) {
  const std::scoped_lock lock(mutex_);
  closed_until_ = std::max(closed_until_, means_.now() + span);
}

SlackReply SlackApi::post(std::string_view method, const boost::json::object& body,
                          const std::stop_token& stop) {
  net::Request request{.method = "POST", .url = url_of(method)};
  request.headers = {{"Content-Type", "application/json; charset=utf-8"}};
  request.body = boost::json::serialize(body);
  return ask(std::move(request), method, stop);
}

SlackReply SlackApi::get(std::string_view method,
                         const std::vector<std::pair<std::string, std::string>>& query,
                         const std::stop_token& stop) {
  net::Request request{.method = "GET", .url = url_of(method)};
  char separator = '?';
  for (const auto& [name, value] : query) {
    request.url.target += separator + name + "=" + aws::percent_encode(value);
    separator = '&';
  }
  SlackReply reply = ask(std::move(request), method, stop);
  if (!reply && std::holds_alternative<InDoubt>(reply.error())) {
    return tl::unexpected<Outcome>(
        Postponed{std::get<InDoubt>(reply.error()).reason, std::nullopt});
  }
  return reply;
}

SlackReply SlackApi::ask(net::Request request, std::string_view method,
                         const std::stop_token& stop) {
  if (const auto wait = closed_for()) {
    return tl::unexpected<Outcome>(Postponed{"Slack asked us to wait", wait});
  }
  for (bool is_renewed = false;; is_renewed = true) {
    const auto token = token_->get(stop);
    if (!token) return tl::unexpected<Outcome>(Postponed{to_string(token.error()), std::nullopt});
    SlackReply reply = ask_once(request, *token, method, stop);
    const bool wants_new =
        reply && !reply->ok && slack_reaction(reply->error) == SlackReaction::Renew;
    if (!wants_new || is_renewed || !token_->renew(*token, stop)) return reply;
  }
}

SlackReply SlackApi::ask_once(net::Request& request, const std::string& token,
                              std::string_view method, const std::stop_token& stop) {
  std::erase_if(request.headers, [](const net::Header& h) { return h.first == "Authorization"; });
  request.headers.emplace_back("Authorization", "Bearer " + token);
  const auto response = means_.http->send(request, receiver_limits(), stop);
  if (!response) return tl::unexpected(outcome_of(response.error()));
  return read(*response, method);
}

SlackReply SlackApi::read(const net::Response& response, std::string_view method) {
  const std::string name(method);
  if (response.status == 429) {
    const milliseconds wait = retry_after(response, means_.now()).value_or(kUsualWait);
    close_for(wait);
    return tl::unexpected<Outcome>(Postponed{name + ": ratelimited", wait});
  }
  const auto answer = read_slack_answer(response.body);
  if (!answer) {
    const std::string reason = name + ": " + told(response);
    // A proxy's page, or half an answer: it may have been done.
    if (response.status < 300 || is_passing(response.status)) {
      return tl::unexpected<Outcome>(InDoubt{reason});
    }
    return tl::unexpected<Outcome>(Refused{reason});
  }
  if (answer->ok) return *answer;
  switch (slack_reaction(answer->error)) {
    case SlackReaction::Wait:
      return tl::unexpected<Outcome>(
          Postponed{told(method, *answer), retry_after(response, means_.now())});
    case SlackReaction::Doubt:
      return tl::unexpected<Outcome>(InDoubt{told(method, *answer)});
    default:
      return *answer;
  }
}

}  // namespace trailwarden::sink
