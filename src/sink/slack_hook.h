// Slack by an incoming webhook: messages only, without threads, updates or look-ups.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sink/means.h"
#include "sink/route.h"
#include "sink/secret.h"
#include "sink/sink.h"

namespace trailwarden::sink {

// Each notice is a message of its own, but for Grown, which would only repeat the first one.
class SlackHookSink final : public Sink {
 public:
  // `label`: what tells this webhook from others in its name, without its URL: "webhook".
  SlackHookSink(const std::string& label, std::shared_ptr<Secret> url, std::vector<Route> routes,
                Means means);

  const std::string& name() const override { return name_; }
  bool wants(const Notice& notice) const override {
    return notice.kind != NoticeKind::Grown && is_for(routes_, notice);
  }
  Outcome send(const Dispatch& dispatch, const std::stop_token& stop) override;

 private:
  Outcome read(const net::Response& response, std::uint32_t attempt) const;

  const std::string name_;
  const std::shared_ptr<Secret> url_;
  const std::vector<Route> routes_;
  const Means means_;
};

}  // namespace trailwarden::sink
