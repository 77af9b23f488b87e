// Through proxies and past them.
#include "net/proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "raw_server.h"
#include "requests.h"

namespace trailwarden::net {
namespace {

using Kind = Failure::Kind;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kSecret = "c2VjcmV0";  // base64("secret"), as a leak would look on the wire.

std::string proxy_url(const RawServer& proxy, const std::string& user = "") {
  return "http://" + user + "127.0.0.1:" + std::to_string(proxy.port());
}

TEST(Proxy, GetsTheWholeUrlOfPlainHttp) {
  RawServer proxy({answer(kHello)});
  Client client({.http_proxy = proxy_url(proxy, "me:p%40ss@")});
  ASSERT_TRUE(client.send(get("http://example.test/a?b"), {}));
  ASSERT_TRUE(client.send(get("http://other.test:8080/"), {}));
  EXPECT_THAT(proxy.requests().at(0),
              StartsWith("GET http://example.test/a?b HTTP/1.1\r\nHost: example.test\r\n"));
  EXPECT_THAT(proxy.requests().at(0), HasSubstr("Proxy-Authorization: Basic bWU6cEBzcw==\r\n"));
  EXPECT_THAT(proxy.requests().at(1), StartsWith("GET http://other.test:8080/ HTTP/1.1\r\n"));
  EXPECT_EQ(proxy.connections(), 1);  // One connection serves all that goes through it.
}

TEST(Proxy, OpensATunnelForHttps) {
  const Pem authority = make_certificate({.subject = "an authority"});
  const Pem pem = make_certificate({.names = "DNS:bucket.test", .issuer = &authority});
  const RawServer tls_holder({answer(kHello)}, {.tls = &pem});
  RawServer proxy({[&](RawConnection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 Connection established\r\n\r\n");
    connection.start_tls(tls_holder.tls());
    while (!connection.read_request().empty()) connection.write(kHello);
  }});
  Client client({.https_proxy = proxy_url(proxy, "me:secret@"),
                 .ca_bundle = write_file("proxy-ca.pem", authority.certificate)});
  for (int i = 0; i < 2; ++i) {
    const auto response = client.send(get("https://bucket.test/key"), {});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "hello");
  }
  const auto requests = proxy.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_THAT(requests[0], StartsWith("CONNECT bucket.test:443 HTTP/1.1\r\n"));
  EXPECT_THAT(requests[0], HasSubstr("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n"));
  EXPECT_THAT(requests[1], StartsWith("GET /key HTTP/1.1\r\nHost: bucket.test\r\n"));
  EXPECT_THAT(requests[1], Not(HasSubstr("Proxy-Authorization")));
}

TEST(Proxy, NamesItselfAndTheStatusWhenItRefuses) {
  RawServer proxy({answer("HTTP/1.1 407 Auth\r\nContent-Length: 2\r\n\r\nno")});
  Client client({.https_proxy = proxy_url(proxy, "me:secret@")});
  const auto response = client.send(get("https://bucket.test/"), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Connect);
  EXPECT_FALSE(response.error().sent);
  EXPECT_EQ(response.error().message, "proxy 127.0.0.1:" + std::to_string(proxy.port()) +
                                          " refuses a tunnel to bucket.test:443 with status 407");
}

TEST(Proxy, FailsWithoutHavingSentAnything) {
  const Script scripts[] = {[](RawConnection& connection) { connection.read_request(); },
                            [](RawConnection& connection) {
                              connection.read_request();
                              connection.write("SSH-2.0-nonsense\r\n\r\n");
                            },
                            [](RawConnection& connection) {
                              connection.read_request();
                              connection.wait_for_close();
                            }};
  for (const Script& script : scripts) {
    RawServer proxy({script});
    Client client({.https_proxy = proxy_url(proxy, "me:secret@")});
    const auto response =
        client.send(post("https://bucket.test/", "x"), {.connect = std::chrono::milliseconds(200)});
    ASSERT_FALSE(response);
    EXPECT_FALSE(response.error().sent);
    EXPECT_TRUE(response.error().kind == Kind::Connect || response.error().kind == Kind::Timeout);
    EXPECT_THAT(response.error().message, HasSubstr("proxy 127.0.0.1:"));
    EXPECT_THAT(response.error().message, Not(HasSubstr("secret")));
    EXPECT_THAT(response.error().message, Not(HasSubstr(kSecret)));
  }
}

TEST(Proxy, KeepsThePasswordOfAUrlThatItCannotRead) {
  for (const char* bad : {"http://me:secret@", "http://me:secret@host:99999", "ftp://me:secret@h",
                          "https://me:secret@host", "http://me:secret@ho st"}) {
    Client client({.http_proxy = bad});
    const auto response = client.send(get("http://example.test/"), {});
    ASSERT_FALSE(response) << bad;
    EXPECT_EQ(response.error().kind, Kind::Connect) << bad;
    EXPECT_FALSE(response.error().sent) << bad;
    EXPECT_THAT(response.error().message, HasSubstr("the proxy for http is unusable: "));
    EXPECT_THAT(response.error().message, Not(HasSubstr("secret")));
  }
}

TEST(Proxy, MayLackItsScheme) {
  const auto proxy =
      proxy_for(*parse_url("https://a.test"), {.https_proxy = "user@proxy.test:3128"});
  ASSERT_TRUE(proxy && *proxy);
  EXPECT_EQ((*proxy)->authority(), "proxy.test:3128");
  EXPECT_EQ((*proxy)->authorization, "Basic dXNlcjo=");
}

TEST(Proxy, IsChosenByTheScheme) {
  const Route route{.https_proxy = "http://s.test", .http_proxy = "http://p.test:1"};
  EXPECT_EQ((*proxy_for(*parse_url("https://a.test"), route))->authority(), "s.test:80");
  EXPECT_EQ((*proxy_for(*parse_url("http://a.test"), route))->authority(), "p.test:1");
  EXPECT_FALSE(*proxy_for(*parse_url("http://a.test"), {}));
}

struct Case {
  const char* no_proxy;
  const char* url;
  bool exempt;
};

TEST(NoProxy, Table) {
  constexpr Case kCases[] = {
      {"", "http://a.test", false},
      {"*", "http://a.test", true},
      {"a.test", "http://a.test", true},
      {"a.test", "http://b.a.test", true},
      {"a.test", "http://ba.test", false},
      {".a.test", "http://b.a.test", true},
      {".a.test", "http://a.test", true},
      {"*.a.test", "http://b.a.test", true},
      {"b.a.test", "http://a.test", false},
      {"A.TEST", "http://a.test", true},
      {"x.test, a.test", "http://a.test", true},
      {"x.test a.test", "http://a.test", true},
      {",,", "http://a.test", false},
      {".", "http://a.test", false},
      {"a.test:80", "http://a.test", true},
      {"a.test:80", "https://a.test", false},
      {"a.test:8080", "http://a.test:8080", true},
      {"169.254.169.254", "http://169.254.169.254/latest", true},
      {"169.254.169.254", "http://1.169.254.169.254", true},
      {"::1", "http://[::1]:8080", true},
      {"[::1]", "http://[::1]:8080", true},
      {"[::1]:8080", "http://[::1]:8080", true},
      {"[::1]:80", "http://[::1]:8080", false},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(is_exempt(*parse_url(c.url), c.no_proxy), c.exempt) << c.no_proxy << " " << c.url;
  }
}

}  // namespace
}  // namespace trailwarden::net
