// Short ways to write requests.
#pragma once

#include <string>
#include <utility>

#include "net/http.h"

namespace trailwarden::net {

inline constexpr const char* kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

inline Request get(const std::string& url) {
  Request request;
  request.url = *parse_url(url);
  return request;
}

inline Request post(const std::string& url, std::string body) {
  Request request = get(url);
  request.method = "POST";
  request.body = std::move(body);
  return request;
}

}  // namespace trailwarden::net
