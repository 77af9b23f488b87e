// POSTs each notice as JSON to a URL of the user's, signed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sink/means.h"
#include "sink/route.h"
#include "sink/secret.h"
#include "sink/sink.h"

namespace trailwarden::sink {

// The value of X-Trailwarden-Signature: "v1=" and hex(HMAC-SHA256(secret, "v1:" + timestamp + ":" +
// body)).
std::string webhook_signature(std::string_view secret, std::string_view timestamp,
                              std::string_view body);

// "webhook:https://host/… #1a2b3c4d": paths and queries of such URLs are often secrets, so the name
// has a part of their hash instead.
std::string webhook_name(const net::Url& url);

// 2xx is Sent; 408, 425, 429 and 5xx Postponed; other answers Refused. What may have arrived is
// simply sent again: receivers drop what they have by Idempotency-Key.
class WebhookSink final : public Sink {
 public:
  // `secret` may be null: then nothing is signed.
  WebhookSink(net::Url url, std::shared_ptr<Secret> secret, std::vector<Route> routes, Means means);

  const std::string& name() const override { return name_; }
  bool wants(const Notice& notice) const override { return is_for(routes_, notice); }
  Outcome send(const Dispatch& dispatch, const std::stop_token& stop) override;

 private:
  const net::Url url_;
  const std::shared_ptr<Secret> secret_;
  const std::vector<Route> routes_;
  const Means means_;
  const std::string name_;
};

}  // namespace trailwarden::sink
