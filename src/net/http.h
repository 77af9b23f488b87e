// One HTTP/1.1 exchange after the other, over kept connections: what aws/, sink/ and analyst/ send
// with. Who asks says everything (URL, header fields, body); nothing is added but Host,
// Content-Length, Connection and, where none is given, User-Agent. No redirects, no cookies, no
// decoding of content: callers sign what they send and read what came.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace trailwarden::net {

using Header = std::pair<std::string, std::string>;  // Name as it is sent, value.

struct Url {
  std::string scheme;  // "http" or "https".
  std::string host;    // A name or an address; IPv6 without its brackets.
  std::uint16_t port = 0;
  std::string target;  // Path and query as they go on the wire; at least "/".

  // Host as the Host field has it: brackets around IPv6, and the port unless it is the scheme's.
  std::string authority() const;
};

// Reads an absolute http or https URL. Error: Syntax, saying what is wrong with it. User names in
// URLs are refused: they end up in logs.
Result<Url> parse_url(std::string_view text);

struct Request {
  std::string method = "GET";
  Url url{};
  std::vector<Header> headers{};
  std::string body{};
};

struct Response {
  unsigned status = 0;
  std::vector<Header> headers;
  std::string body;

  // The first field of this name (ASCII case ignored), or nullptr.
  const std::string* header(std::string_view name) const;
};

// Why there is no whole response. The kind tells what a retry may do.
struct Failure {
  enum class Kind : std::uint8_t {
    Resolve,    // The host's name has no address.
    Connect,    // Refused, unreachable, or a proxy said no.
    Tls,        // No trust, a wrong name, or no common version.
    Timeout,    // In connecting, in sending, or a silence longer than allowed.
    Broken,     // The connection ended in mid-response, or what came is not HTTP.
    TooLarge,   // More than Limits::body_bytes.
    Cancelled,  // A stop was requested.
  } kind = Kind::Broken;
  // Whether the server may have acted on the request: false only if no byte of it was sent.
  bool sent = false;
  std::string message;  // One clause: "cannot resolve bucket.s3.amazonaws.com: no such host".
};

template <class T>
using Outcome = tl::expected<T, Failure>;

struct Limits {
  std::chrono::milliseconds connect{3'100};   // Resolving, TCP and TLS together.
  std::chrono::milliseconds silence{60'000};  // Between two pieces of what is sent or received.
  std::chrono::milliseconds total{0};         // Of the whole exchange; 0: no bound.
  std::size_t body_bytes = std::size_t{64} << 20;
};

// Where connections go out and whom they trust. Read once from the environment by the caller (only
// cli/ looks at the environment).
struct Route {
  // Each a URL or empty: HTTPS_PROXY, HTTP_PROXY and NO_PROXY in their usual meaning. A user name
  // and password in a proxy's URL are sent as Proxy-Authorization and shown nowhere.
  std::string https_proxy{}, http_proxy{}, no_proxy{};
  std::string ca_bundle{};  // A PEM file (AWS_CA_BUNDLE, SSL_CERT_FILE); empty: the system's.
};

// Called with each piece of a body of status 2xx as it comes; false ends the exchange (Cancelled).
using OnBody = std::function<bool(std::string_view piece)>;

// Safe for any number of threads: each exchange borrows a connection of its own and gives it back
// when both sides may use it again. A kept connection that turns out closed before a byte of the
// response came is replaced once, silently, if the method is idempotent.
class Client {
 public:
  explicit Client(Route route = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Sends and waits for the whole response.
  Outcome<Response> send(const Request& request, const Limits& limits,
                         const std::stop_token& stop = {});
  // The same, but a 2xx body goes to `on_body` piece by piece; Response::body stays empty then.
  Outcome<Response> send(const Request& request, const Limits& limits, const OnBody& on_body,
                         const std::stop_token& stop = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trailwarden::net
