#include <optional>

#include "net/connection.h"
#include "net/exchange.h"
#include "net/http.h"
#include "net/proxy.h"
#include "net/resolver.h"
#include "net/tls.h"
#include "net/wire.h"

namespace trailwarden::net {
namespace {

using std::chrono::steady_clock;

// Where a request goes, and by which way.
struct Destination {
  const Url& url;
  std::optional<Proxy> proxy;

  bool is_secure() const { return url.scheme == "https"; }
  const std::string& dialled_host() const { return proxy ? proxy->host : url.host; }
  std::uint16_t dialled_port() const { return proxy ? proxy->port : url.port; }

  // What two requests must share to use one connection.
  std::string peer() const {
    const std::string way = proxy ? proxy->authority() : "";
    if (proxy && !is_secure()) return "proxy " + way;
    return url.scheme + " " + url.host + " " + std::to_string(url.port) + " " + way;
  }

  // A proxy for http:// gets the whole URL, everybody else the path.
  std::string target() const {
    if (!proxy || is_secure()) return url.target;
    return url.scheme + "://" + url.authority() + url.target;
  }

  std::vector<Header> proxy_headers() const {
    if (!proxy || proxy->authorization.empty()) return {};
    return {{"Proxy-Authorization", proxy->authorization}};
  }
};

Failure with_context(Failure failure, const std::string& context) {
  failure.message = context + ": " + failure.message;
  return failure;
}

// Asks the proxy for a tunnel to the destination (RFC 9110, 9.3.6).
Outcome<void> open_tunnel(Connection& connection, const Destination& to, const Wait& wait) {
  Request request;
  request.method = "CONNECT";
  request.url = to.url;
  const bool is_ipv6 = to.url.host.find(':') != std::string::npos;
  const std::string target =
      (is_ipv6 ? "[" + to.url.host + "]" : to.url.host) + ":" + std::to_string(to.url.port);
  request.headers = {{"Host", target}};
  auto head = request_head(request, target, to.proxy_headers());
  if (!head) return tl::unexpected(std::move(head).error());
  Exchange exchange({.method = request.method,
                     .head = *head,
                     .body = {},
                     .limits = {},
                     .until = wait.until,
                     .stop = wait.stop});
  auto response = exchange.run(connection);
  if (!response) {
    response.error().sent = false;  // The request itself has not begun.
    if (response.error().kind == Failure::Kind::Broken) {
      response.error().kind = Failure::Kind::Connect;
    }
    return tl::unexpected(
        with_context(std::move(response).error(), "proxy " + to.proxy->authority()));
  }
  if (response->status / 100 == 2) return {};
  return tl::unexpected(Failure{Failure::Kind::Connect, false,
                                "proxy " + to.proxy->authority() + " refuses a tunnel to " +
                                    target + " with status " + std::to_string(response->status)});
}

}  // namespace

struct Client::State {
  explicit State(Route given) : route(std::move(given)), tls(route.ca_bundle) {}

  Outcome<Response> send(const Request& request, const Limits& limits, const OnBody* on_body,
                         const std::stop_token& stop);
  Outcome<std::unique_ptr<Connection>> open(const Destination& to, const Wait& wait);
  Outcome<std::unique_ptr<Connection>> borrow(const Destination& to, const Wait& wait,
                                              bool is_fresh);

  const Route route;
  Tls tls;
  Pool pool;
};

Outcome<std::unique_ptr<Connection>> Client::State::open(const Destination& to, const Wait& wait) {
  const auto addresses = resolve(to.dialled_host(), wait);
  if (!addresses) {
    return tl::unexpected(with_context(addresses.error(), "cannot resolve " + to.dialled_host()));
  }
  auto transport = connect_tcp(*addresses, to.dialled_port(), wait);
  if (!transport) {
    const std::string whom = to.proxy ? "proxy " + to.proxy->authority() : to.url.authority();
    return tl::unexpected(with_context(transport.error(), "cannot connect to " + whom));
  }
  auto connection = std::make_unique<Connection>();
  connection->transport = *std::move(transport);
  if (!to.is_secure()) return connection;
  if (to.proxy) {
    auto tunnel = open_tunnel(*connection, to, wait);
    if (!tunnel) return tl::unexpected(std::move(tunnel).error());
    connection->inbox = Inbox();
  }
  transport = tls.connect(std::move(connection->transport), to.url.host, to.peer(), wait);
  if (!transport) {
    return tl::unexpected(
        with_context(transport.error(), "no secure connection to " + to.url.authority()));
  }
  connection->transport = *std::move(transport);
  return connection;
}

Outcome<std::unique_ptr<Connection>> Client::State::borrow(const Destination& to, const Wait& wait,
                                                           bool is_fresh) {
  auto kept = is_fresh ? nullptr : pool.take(to.peer(), steady_clock::now());
  if (kept) return kept;
  auto opened = open(to, wait);
  if (!opened) opened.error().sent = false;
  return opened;
}

Outcome<Response> Client::State::send(const Request& request, const Limits& limits,
                                      const OnBody* on_body, const std::stop_token& stop) {
  auto proxy = proxy_for(request.url, route);
  if (!proxy) return tl::unexpected(std::move(proxy).error());
  const Destination to{request.url, *std::move(proxy)};
  const auto head = request_head(request, to.target(),
                                 to.is_secure() ? std::vector<Header>{} : to.proxy_headers());
  if (!head) return tl::unexpected(head.error());
  const SteadyTime until =
      limits.total.count() == 0 ? SteadyTime::max() : after(steady_clock::now(), limits.total);
  for (bool is_fresh = false;; is_fresh = true) {
    const SteadyTime connected = std::min(until, after(steady_clock::now(), limits.connect));
    auto connection = borrow(to, {connected, stop}, is_fresh);
    if (!connection) return tl::unexpected(std::move(connection).error());
    const bool is_reused = (*connection)->is_reused;
    Exchange exchange({request.method, *head, request.body, limits, on_body, until, stop});
    auto response = exchange.run(**connection);
    if (response) {
      if (to.is_secure() && !is_reused) tls.keep_session(*(*connection)->transport, to.peer());
      if (exchange.is_reusable()) {
        pool.give(to.peer(), *std::move(connection), steady_clock::now());
      }
      return response;
    }
    const bool is_stale = is_reused && response.error().kind == Failure::Kind::Broken &&
                          !exchange.is_answered() &&
                          (is_idempotent(request.method) || !response.error().sent);
    if (!is_stale) return tl::unexpected(with_context(response.error(), request.url.authority()));
  }
}

Client::Client(Route route) : state_(std::make_unique<State>(std::move(route))) {}
Client::~Client() = default;

Outcome<Response> Client::send(const Request& request, const Limits& limits,
                               const std::stop_token& stop) {
  return state_->send(request, limits, nullptr, stop);
}

Outcome<Response> Client::send(const Request& request, const Limits& limits, const OnBody& on_body,
                               const std::stop_token& stop) {
  return state_->send(request, limits, &on_body, stop);
}

}  // namespace trailwarden::net
