// A small HTTP/1.1 server for endpoints of our own: event delivery, health, metrics, the dashboard.
// It speaks no TLS: it belongs on loopback, or behind a load balancer that does.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/http.h"

namespace trailwarden::net {

struct ServerOptions {
  std::string address = "127.0.0.1";  // Numeric, IPv4 or IPv6; "0.0.0.0" and "::" are all of them.
  std::uint16_t port = 0;             // 0: any that is free.
  unsigned threads = 2;               // Handlers that run at once.
  std::size_t connections_max = 256;  // Those above are answered 503.
  std::size_t header_bytes = std::size_t{8} << 10;
  std::size_t body_bytes = std::size_t{1} << 20;
  // Bounds for slow clients: between two requests, for a whole header, for a whole body, and for a
  // whole response.
  std::chrono::milliseconds idle{60'000};
  std::chrono::milliseconds header{10'000};
  std::chrono::milliseconds body{30'000};
  std::chrono::milliseconds response{30'000};
  // How long stop() waits for what is under way.
  std::chrono::milliseconds grace{5'000};
};

// Answers one request. Called by several threads at once, and soon done: while it works, it has one
// of ServerOptions::threads, and when it has the last, all other connections wait.
// `peer` is the client's address. The request's url has the host that the client named. Status and
// header fields are the handler's; Content-Length and Connection are the server's. An exception is
// answered 500, without its text.
using Handler = std::function<Response(const Request& request, const std::string& peer)>;

// Answers by itself, and closes: 400 (not HTTP, no single Host), 408 (too slow in mid-request),
// 413, 431 and 503. Slow clients hold no thread.
class Server {
 public:
  // Listens. Error: Io (the address is taken, or not ours), Usage (no numeric address).
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler handler);
  ~Server();  // As stop().
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;

  // Accepts no more, closes idle connections, and lets every request that was begun be answered
  // within the grace. A handler that is still running is waited for: it cannot be interrupted. Not
  // to be called from a handler.
  void stop();

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace trailwarden::net
