// A server that is easy to start.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "net/server.h"

namespace trailwarden::net {

// Tells what it was asked.
inline Response echo(const Request& request, const std::string& peer) {
  return {200,
          {{"X-Peer", peer}},
          request.method + " " + request.url.authority() + " " + request.url.target + " " +
              request.body};
}

inline std::unique_ptr<Server> start(const Handler& handler, const ServerOptions& options = {}) {
  auto server = Server::start(options, handler);
  EXPECT_TRUE(server) << to_string(server.error());
  return std::move(server).take();
}

inline std::string url_of(const Server& server, const std::string& target = "/") {
  return "http://127.0.0.1:" + std::to_string(server.port()) + target;
}

}  // namespace trailwarden::net
