// Publishes notices to an Amazon SNS topic: a text that reads as an e-mail, the JSON for queues and
// functions, attributes for filter policies.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "aws/client.h"
#include "sink/route.h"
#include "sink/sink.h"

namespace trailwarden::sink {

// Bytes of a message's bodies: SNS takes 256 KiB (262,144 bytes), attributes included.
inline constexpr std::size_t kSnsMessageMax = std::size_t{240} << 10;

// The region that the topic's ARN names, or empty where it is no topic's ARN.
std::string region_of_topic(std::string_view arn);

// The input of Publish, within SNS's limits: a digest's page ends where it must, and says so.
// Source of fact: Amazon SNS API Reference, "Publish".
boost::json::object sns_message(const Dispatch& dispatch, std::string_view topic);

// The readable text of the above: its "email".
std::string sns_text(const Notice& notice);

// SNS knows no idempotency on standard topics: what may have arrived is sent again with the same
// `key`, and FIFO topics drop it within five minutes by themselves.
class SnsSink final : public Sink {
 public:
  SnsSink(std::string topic, aws::Session session, std::vector<Route> routes);

  const std::string& name() const override { return name_; }
  bool wants(const Notice& notice) const override { return is_for(routes_, notice); }
  Outcome send(const Dispatch& dispatch, const std::stop_token& stop) override;

 private:
  const std::string topic_;
  const std::string name_;
  const std::vector<Route> routes_;
  aws::Client client_;
};

}  // namespace trailwarden::sink
