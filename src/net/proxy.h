// Which requests go through a proxy, and through which.
#pragma once

#include <optional>
#include <string>

#include "net/http.h"

namespace trailwarden::net {

struct Proxy {
  std::string host;
  std::uint16_t port = 0;
  std::string authorization;  // The value of Proxy-Authorization, or empty. Never shown.

  std::string authority() const;  // "proxy.example:3128", for messages.
};

// The proxy that `route` names for `url`, or nullopt: go there directly. Failure: Connect, when its
// URL cannot be read; the URL itself, which may hold a password, is not shown.
Outcome<std::optional<Proxy>> proxy_for(const Url& url, const Route& route);

// Whether NO_PROXY exempts `url`: a list with commas of "*", "example.com" and ".example.com" (the
// name and what is below it), addresses, and any of these with ":port".
bool is_exempt(const Url& url, std::string_view no_proxy);

}  // namespace trailwarden::net
