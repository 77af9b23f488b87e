// The client against servers that behave, and against every way in which they do not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "net/http.h"
#include "raw_server.h"
#include "requests.h"

namespace trailwarden::net {
namespace {

using namespace std::chrono_literals;
using Kind = Failure::Kind;
using testing::HasSubstr;

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
  RawServer server({answer("HTTP/1.1 201 Created\r\nX-Id: 7\r\nContent-Length: 2\r\n\r\nok")});
  Client client;
  Request request = post(server.url("/a%2Fb?c=d"), "body");
  request.headers = {{"X-Custom", "v"}};
  const auto response = client.send(request, {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 201u);
  EXPECT_EQ(response->body, "ok");
  ASSERT_NE(response->header("x-id"), nullptr);
  EXPECT_EQ(*response->header("x-id"), "7");
  EXPECT_EQ(server.requests().at(0),
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

TEST(Client, ReadsALargeBodyHoweverItComes) {
  std::string large;
  for (int i = 0; large.size() < 1'000'000; ++i) large += std::to_string(i) + ' ';
  large.resize(1'000'000);
  const std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + large;
  const std::size_t head = text.size() - large.size();
  for (const std::size_t first : {head - 1, head, head + 1, head + 100'000}) {
    RawServer server({[&](RawConnection& connection) {
      connection.read_request();
      connection.write(text.substr(0, first));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      connection.write(text.substr(first));
      connection.read_request();
      connection.write(kHello);
    }});
    Client client;
    const auto response = client.send(get(server.url()), {});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_TRUE(response->body == large) << first;
    EXPECT_EQ(client.send(get(server.url()), {})->body, "hello");
    EXPECT_EQ(server.connections(), 1);
  }
}

TEST(Client, HandsABodyOutPieceByPiece) {
  const std::string large(1'000'000, 'x');
  RawServer server({answer("HTTP/1.1 206 Partial\r\nContent-Length: 1000000\r\n\r\n" + large)});
  Client client;
  std::string body;
  int pieces = 0;
  const auto response = client.send(get(server.url()), {}, [&](std::string_view piece) {
    body += piece;
    ++pieces;
    return true;
  });
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(body, large);
  EXPECT_GT(pieces, 1);
}

TEST(Client, KeepsTheBodyOfAnErrorFromTheCallback) {
  RawServer server({answer("HTTP/1.1 404 No\r\nContent-Length: 5\r\n\r\nwhy so")});
  Client client;
  bool called = false;
  const auto response =
      client.send(get(server.url()), {}, [&](std::string_view) { return called = true; });
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "why s");
  EXPECT_FALSE(called);
}

TEST(Client, EndsWhenTheReceiverHasEnough) {
  RawServer server({answer(kHello)});
  Client client;
  const auto response = client.send(get(server.url()), {}, [](std::string_view) { return false; });
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Cancelled);
  ASSERT_TRUE(client.send(get(server.url()), {}));
  EXPECT_EQ(server.connections(), 2);
}

TEST(Client, SendsALargeBody) {
  const std::string body(5'000'000, 'b');
  RawServer server({answer(kHello)});
  Client client;
  const auto response = client.send(post(server.url(), body), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_TRUE(server.requests().at(0).ends_with("\r\n\r\n" + body));
}

// What must not come out of a request: a second one.
TEST(Client, RefusesWhatCouldBeReadAsMore) {
  RawServer server({answer(kHello)});
  Client client;
  const auto refused = [&](const Request& request) {
    const auto response = client.send(request, {});
    return !response && response.error().kind == Kind::Broken && !response.error().sent &&
           response.error().message.find("secret") == std::string::npos;
  };
  for (const std::string& bad : {std::string("secret\r\nX: y"), std::string("secret\ny"),
                                 std::string("secret\0y", 8), std::string("secret\x7f")}) {
    Request request = get(server.url());
    request.headers = {{"X-Value", bad}};
    EXPECT_TRUE(refused(request));
    request.headers = {{bad, "x"}};
    EXPECT_TRUE(refused(request));
    request.headers.clear();
    request.method = bad;
    EXPECT_TRUE(refused(request));
    request.method = "GET";
    request.url.target = "/" + bad;
    EXPECT_TRUE(refused(request));
    request.url = get(server.url()).url;
    request.url.host += bad;
    EXPECT_TRUE(refused(request));
  }
  for (const Header& header : {Header{"Transfer-Encoding", "chunked"},
                               Header{"expect", "100-continue"}, Header{"Content-Length", "7"}}) {
    Request request = post(server.url(), "body");
    request.headers = {header};
    EXPECT_TRUE(refused(request)) << header.first;
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(Client, TakesTheCallersOwnHostAndLength) {
  RawServer server({answer(kHello)});
  Client client;
  Request request = post(server.url(), "body");
  request.headers = {{"host", "signed.example"}, {"content-length", "4"}, {"user-agent", "me"}};
  ASSERT_TRUE(client.send(request, {}));
  EXPECT_EQ(server.requests().at(0),
            "POST / HTTP/1.1\r\nhost: signed.example\r\ncontent-length: 4\r\nuser-agent: me"
            "\r\n\r\nbody");
}

TEST(Client, ReachesIpv6) {
  RawServer server({answer(kHello)}, {.ipv6 = true});
  if (server.port() == 0) GTEST_SKIP() << "this machine has no IPv6 loopback";
  Client client;
  const auto response = client.send(get("http://[::1]:" + std::to_string(server.port())), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_THAT(server.requests().at(0), HasSubstr("Host: [::1]:"));
}

TEST(Client, TriesTheNextAddressOfAName) {
  // "localhost" is ::1 and 127.0.0.1, or the latter only; the server listens there.
  RawServer server({answer(kHello)});
  Client client;
  const auto response = client.send(get("http://localhost:" + std::to_string(server.port())), {});
  ASSERT_TRUE(response) << response.error().message;
}

TEST(Client, SaysThatANameDoesNotExist) {
  Client client;
  const auto response = client.send(get("http://does-not-exist.invalid/"), {.connect = 20s});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Resolve);
  EXPECT_FALSE(response.error().sent);
  EXPECT_THAT(response.error().message, HasSubstr("cannot resolve does-not-exist.invalid: "));
}

TEST(Client, SaysThatNobodyListens) {
  int port = 0;
  {
    RawServer server({answer(kHello)});
    port = server.port();
  }
  Client client;
  const auto response = client.send(get("http://127.0.0.1:" + std::to_string(port)), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Connect);
  EXPECT_EQ(response.error().message,
            "cannot connect to 127.0.0.1:" + std::to_string(port) + ": refused");
}

}  // namespace
}  // namespace trailwarden::net
