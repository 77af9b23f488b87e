// An HTTP endpoint as a live source, for EventBridge's API destinations and whoever else can post
// JSON. Speaks no TLS: it belongs behind something that does.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "net/server.h"
#include "source/http_intake.h"
#include "source/live_source.h"

namespace trailwarden::source {

struct HttpSetup {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any that is free.
  HttpRules rules{};
};

class HttpSource final : public LiveSource {
 public:
  // Listens. Error: beyond loopback without a key, a key of less than 16 characters, what
  // net::Server says.
  static Result<std::unique_ptr<HttpSource>> open(const HttpSetup& setup);
  ~HttpSource() override;

  std::uint16_t port() const { return server_->port(); }

  Result<std::optional<Delivery>> next(const std::stop_token& stop) override;
  void done(Receipt receipt) override;
  void failed(Receipt receipt, std::string_view reason) override;
  void close() override;

  HttpIntake::Counts counts() const { return intake_.counts(); }

 private:
  explicit HttpSource(const HttpRules& rules) : intake_(rules) {}

  HttpIntake intake_;
  std::unique_ptr<net::Server> server_;  // Behind what its handlers use.
};

}  // namespace trailwarden::source
