// Calls of Slack's Web API with a bot's token.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sink/means.h"
#include "sink/secret.h"
#include "sink/sink.h"
#include "sink/slack_answer.h"

namespace trailwarden::sink {

// Slack answered, or the outcome that the lack of an answer comes to.
using SlackReply = tl::expected<SlackAnswer, Outcome>;

// Safe for any number of threads. After a 429 nothing is asked until the time that Slack named is
// over. A token that Slack refuses is read anew, once a call.
class SlackApi {
 public:
  // `base`: "https://slack.com/api", or a server of a test's.
  SlackApi(net::Url base, std::shared_ptr<Secret> token, Means means);

  // POSTs JSON: methods that change something. Answers whose reaction is Wait or Doubt are outcomes
  // already.
  SlackReply post(std::string_view method, const boost::json::object& body,
                  const std::stop_token& stop);
  // GETs with a query: methods that read. An answer that does not come is never a doubt.
  SlackReply get(std::string_view method,
                 const std::vector<std::pair<std::string, std::string>>& query,
                 const std::stop_token& stop);

  const Means& means() const { return means_; }

 private:
  SlackReply ask(net::Request request, std::string_view method, const std::stop_token& stop);
  SlackReply ask_once(net::Request& request, const std::string& token, std::string_view method,
                      const std::stop_token& stop);
  SlackReply read(const net::Response& response, std::string_view method);
  net::Url url_of(std::string_view method) const;
  std::optional<std::chrono::milliseconds> closed_for() const;
  void close_for(std::chrono::milliseconds span);

  const net::Url base_;
  const std::shared_ptr<Secret> token_;
  const Means means_;
  mutable std::mutex mutex_;
  aws::SystemTime closed_until_{};
};

// "chat.postMessage: channel_not_found (…): name the channel by its id"
std::string told(std::string_view method, const SlackAnswer& answer);

}  // namespace trailwarden::sink
