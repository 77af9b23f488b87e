#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http.h"

namespace trailwarden::net {
namespace {

struct Good {
  const char* text;
  const char* scheme;
  const char* host;
  int port;
  const char* target;
  const char* authority;
};

TEST(Url, ReadsItsParts) {
  constexpr Good kCases[] = {
      {"http://a.test", "http", "a.test", 80, "/", "a.test"},
      {"https://a.test/", "https", "a.test", 443, "/", "a.test"},
      {"HTTPS://A.Test/P", "https", "a.test", 443, "/P", "a.test"},
      {"http://a.test:8080/x?y=z", "http", "a.test", 8080, "/x?y=z", "a.test:8080"},
      {"https://a.test:80", "https", "a.test", 80, "/", "a.test:80"},
      {"https://a.test:443/", "https", "a.test", 443, "/", "a.test"},
      {"https://a.test:/x", "https", "a.test", 443, "/x", "a.test"},
      {"http://a.test?q=/x", "http", "a.test", 80, "/?q=/x", "a.test"},
      {"http://a.test/x#fragment", "http", "a.test", 80, "/x", "a.test"},
      {"http://a.test#fragment", "http", "a.test", 80, "/", "a.test"},
      {"http://a.test//x/%2f/../y", "http", "a.test", 80, "//x/%2f/../y", "a.test"},
      {"http://a.test/u@v:w", "http", "a.test", 80, "/u@v:w", "a.test"},
      {"http://127.0.0.1:1", "http", "127.0.0.1", 1, "/", "127.0.0.1:1"},
      {"http://[::1]/x", "http", "::1", 80, "/x", "[::1]"},
      {"http://[FD00:ec2::254]:65535", "http", "fd00:ec2::254", 65535, "/",
       "[fd00:ec2::254]:65535"},
      {"http://my_bucket.s3.test", "http", "my_bucket.s3.test", 80, "/", "my_bucket.s3.test"},
      {"http://a.test./", "http", "a.test.", 80, "/", "a.test."},
  };
  for (const Good& c : kCases) {
    const auto url = parse_url(c.text);
    ASSERT_TRUE(url) << c.text << ": " << url.error().message;
    EXPECT_EQ(url->scheme, c.scheme) << c.text;
    EXPECT_EQ(url->host, c.host) << c.text;
    EXPECT_EQ(url->port, c.port) << c.text;
    EXPECT_EQ(url->target, c.target) << c.text;
    EXPECT_EQ(url->authority(), c.authority) << c.text;
  }
}

TEST(Url, RefusesWhatIsNone) {
  constexpr const char* kCases[] = {
      "",
      "a.test",
      "//a.test",
      "ftp://a.test",
      "file:///etc/passwd",
      "http:/a.test",
      "http://",
      "http:///path",
      "http://:80",
      "http://?x",
      "http://a.test:0",
      "http://a.test:65536",
      "http://a.test:-1",
      "http://a.test:+80",
      "http://a.test:80x",
      "http://a.test:80:80",
      "http://user@a.test",
      "http://user:pass@a.test",
      "http://a.test/with space",
      "http://a.test/\r\nX: y",
      "http://a.test/\x7f",
      "http://b\xc3\xbc.test",
      "http://[::1",
      "http://[]",
      "http://[::1]x",
      "http://[::1]:x",
      "http://[a.test]",
      "http://[127.0.0.1]",
      "http://[.d0:c254]",
      "http://[::1%25eth0]",
      "http://.a.test",
      "http://a..test",
      "http://a]b.test",
      "http://a\\b.test",
      "http://a%2fb.test",
      "http://a\"b.test",
      "http://a<b>.test",
  };
  for (const char* text : kCases) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, ErrorCode::Syntax) << text;
  }
}

TEST(Url, DoesNotRepeatAPasswordInItsMessage) {
  const auto url = parse_url("https://me:secret@a.test/");
  ASSERT_FALSE(url);
  EXPECT_THAT(url.error().message, testing::Not(testing::HasSubstr("secret")));
}

}  // namespace
}  // namespace trailwarden::net
