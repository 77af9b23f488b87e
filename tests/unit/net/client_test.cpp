// The client against servers that behave, and against every way in which they do not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "net/http.h"
#include "raw_server.h"

namespace trailwarden::net {
namespace {

using namespace std::chrono_literals;
using Kind = Failure::Kind;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

Request get(const std::string& url) {
  Request request;
  request.url = *parse_url(url);
  return request;
}

Request post(const std::string& url, std::string body) {
  Request request = get(url);
  request.method = "POST";
  request.body = std::move(body);
  return request;
}

// What a server that sends `bytes` and closes amounts to.
Outcome<Response> exchange_with(const std::string& bytes, const std::string& method = "GET") {
  RawServer server({[bytes](RawConnection& connection) {
    connection.read_request();
    connection.write(bytes);
  }});
  Client client;
  Request request = get(server.url());
  request.method = method;
  return client.send(request, {});
}

TEST(Client, SendsWhatItWasGivenAndReadsTheAnswer) {
  std::string seen;
  RawServer server({[&](RawConnection& connection) {
    seen = connection.read_request();
    connection.write("HTTP/1.1 201 Created\r\nX-Id: 7\r\nContent-Length: 2\r\n\r\nok");
  }});
  Client client;
  Request request = post(server.url("/a%2Fb?c=d"), "body");
  request.headers = {{"X-Custom", "v"}};
  const auto response = client.send(request, {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 201u);
  EXPECT_EQ(response->body, "ok");
  ASSERT_NE(response->header("x-id"), nullptr);
  EXPECT_EQ(*response->header("x-id"), "7");
  EXPECT_EQ(seen,
            "POST /a%2Fb?c=d HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                "\r\nX-Custom: v\r\nUser-Agent: trailwarden\r\nContent-Length: 4\r\n\r\nbody");
}

struct Case {
  const char* why;
  const char* method;
  const char* bytes;
  const char* body;
};

TEST(Client, ReadsEveryKindOfBody) {
  constexpr Case kCases[] = {
      {"by its length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"},
      {"in chunks", "GET",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
       "hello"},
      {"chunks with a trailer", "GET",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n",
       "hello"},
      {"until the end", "GET", "HTTP/1.1 200 OK\r\n\r\nhello", "hello"},
      {"of HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\n\r\nhello", "hello"},
      {"none for HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", ""},
      {"none with 204", "GET", "HTTP/1.1 204 No Content\r\n\r\n", ""},
      {"none with 304", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", ""},
      {"an empty one", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
      {"after interim responses", "GET",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
       "hello"},
      {"of an error", "GET", "HTTP/1.1 500 No\r\nContent-Length: 5\r\n\r\nhello", "hello"},
      {"of a redirect, not followed", "GET",
       "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 5\r\n\r\nhello",
       "hello"},
      {"not decoded", "GET",
       "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", "hello"},
  };
  for (const Case& c : kCases) {
    const auto response = exchange_with(c.bytes, c.method);
    ASSERT_TRUE(response) << c.why << ": " << response.error().message;
    EXPECT_EQ(response->body, c.body) << c.why;
  }
}

}  // namespace
}  // namespace trailwarden::net
