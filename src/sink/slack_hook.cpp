#include "sink/slack_hook.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "sink/http_outcome.h"
#include "sink/slack_answer.h"
#include "sink/slack_message.h"
#include "triage/log_text.h"

namespace trailwarden::sink {
namespace {

constexpr std::size_t kWordMax = 80;
constexpr std::uint32_t kUnknownAttemptsMax = 3;

// The body of an error is its name, and perhaps a full stop or a line's end.
std::string word_of(const net::Response& response) {
  const std::size_t end = response.body.find_first_not_of("abcdefghijklmnopqrstuvwxyz_");
  return response.body.substr(0, std::min(end, kWordMax));
}

}  // namespace

SlackHookSink::SlackHookSink(const std::string& label, std::shared_ptr<Secret> url,
                             std::vector<Route> routes, Means means)
    : name_("slack:" + label),
      url_(std::move(url)),
      routes_(std::move(routes)),
      means_(std::move(means)) {}

Outcome SlackHookSink::send(const Dispatch& dispatch, const std::stop_token& stop) {
  const auto text = url_->get(stop);
  if (!text) return Postponed{to_string(text.error()), std::nullopt};
  auto url = net::parse_url(*text);
  if (!url) return Refused{"the webhook's URL is none"};  // Its text stays secret.
  net::Request request{.method = "POST", .url = *std::move(url)};
  request.headers = {{"Content-Type", "application/json; charset=utf-8"}};
  const SlackForm form{.may_repeat = dispatch.in_doubt};
  request.body = boost::json::serialize(slack_message(dispatch.notice, form));
  auto response = means_.http->send(request, receiver_limits(), stop);
  if (response && slack_reaction(word_of(*response)) == SlackReaction::Plain) {
    request.body = boost::json::serialize(slack_plain_message(dispatch.notice, form));
    response = means_.http->send(request, receiver_limits(), stop);
  }
  return response ? read(*response, dispatch.attempt) : outcome_of(response.error());
}

Outcome SlackHookSink::read(const net::Response& response, std::uint32_t attempt) const {
  if (response.status == 200) return Sent{};
  const std::string word = word_of(response);
  std::string reason = "webhook: " + told(response);
  if (const auto advice = slack_advice(word); !advice.empty()) reason.append(": ").append(advice);
  if (response.status == 429) return Postponed{reason, retry_after(response, means_.now())};
  if (is_passing(response.status)) return InDoubt{reason};
  const bool is_unknown = slack_reaction(word) == SlackReaction::Unknown;
  if (is_unknown && attempt < kUnknownAttemptsMax) return Postponed{reason, std::nullopt};
  return Refused{reason};
}

}  // namespace trailwarden::sink
