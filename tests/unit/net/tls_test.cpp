// Whom the client trusts, and how it says no.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "net/http.h"
#include "raw_server.h"
#include "requests.h"

namespace trailwarden::net {
namespace {

using Kind = Failure::Kind;
using testing::HasSubstr;

class Tls : public testing::Test {
 protected:
  Pem certificate(const std::string& names, int first_day = -1, int last_day = 1) {
    return make_certificate(
        {.names = names, .first_day = first_day, .last_day = last_day, .issuer = &authority_});
  }

  // Why the client refuses a server with this certificate; it must, before it sends anything.
  std::string refusal(const Pem& pem) {
    RawServer server({answer(kHello)}, {.tls = &pem});
    const auto response = client_.send(get(server.url()), {});
    if (response) return "accepted";
    EXPECT_EQ(response.error().kind, Kind::Tls);
    EXPECT_FALSE(response.error().sent);
    EXPECT_TRUE(server.requests().empty());
    return response.error().message;
  }

  const Pem authority_ = make_certificate({.subject = "an authority"});
  const std::string bundle_ = write_file("authority.pem", authority_.certificate);
  Client client_{{.ca_bundle = bundle_}};
};

TEST_F(Tls, TalksToANameAndToAnAddressThatTheCertificateIsFor) {
  const Pem pem = certificate("DNS:localhost,IP:127.0.0.1");
  RawServer server({answer(kHello)}, {.tls = &pem});
  const std::string port = std::to_string(server.port());
  for (const std::string host : {"localhost", "127.0.0.1"}) {
    const auto response = client_.send(get("https://" + host + ":" + port + "/"), {});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "hello");
  }
}

TEST_F(Tls, RefusesAnotherHostsCertificate) {
  EXPECT_THAT(refusal(certificate("DNS:example.com")), HasSubstr("for another host"));
  EXPECT_THAT(refusal(certificate("DNS:localhost.example.com")), HasSubstr("for another host"));
  EXPECT_THAT(refusal(certificate("IP:127.0.0.1")), HasSubstr("for another host"));
  const Pem pem = certificate("DNS:127.0.0.1");
  RawServer server({answer(kHello)}, {.tls = &pem});
  const auto response = client_.send(get("https://127.0.0.1:" + std::to_string(server.port())), {});
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("for another host"));
}

TEST_F(Tls, RefusesACertificateOutOfItsTime) {
  EXPECT_THAT(refusal(certificate("DNS:localhost", -3, -1)), HasSubstr("has expired"));
  EXPECT_THAT(refusal(certificate("DNS:localhost", 1, 3)), HasSubstr("not valid yet"));
}

TEST_F(Tls, RefusesAnUnknownAuthority) {
  const Pem other = make_certificate({.subject = "another authority"});
  const Pem pem = make_certificate({.names = "DNS:localhost", .issuer = &other});
  EXPECT_THAT(refusal(pem), HasSubstr("unknown authority"));
  const Pem own = make_certificate({.names = "DNS:localhost"});
  EXPECT_THAT(refusal(own), HasSubstr("unknown authority"));
}

TEST_F(Tls, TakesASessionUpAgain) {
  const Pem pem = certificate("DNS:localhost");
  std::atomic<int> resumed{0};
  RawServer server({[&](RawConnection& connection) {
                     connection.read_request();
                     resumed += connection.was_resumed() ? 1 : 0;
                     connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
                   }},
                   {.tls = &pem});
  for (int i = 0; i < 3; ++i) {
    const auto response = client_.send(get(server.url()), {});
    ASSERT_TRUE(response) << response.error().message;
  }
  EXPECT_EQ(server.connections(), 3);
  EXPECT_EQ(resumed, 2);
}

TEST_F(Tls, KeepsConnections) {
  const Pem pem = certificate("DNS:localhost");
  RawServer server({answer(kHello)}, {.tls = &pem});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client_.send(get(server.url()), {}));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(Tls, NoticesThatAKeptConnectionWasClosed) {
  const Pem pem = certificate("DNS:localhost");
  for (const bool is_cut : {false, true}) {
    RawServer server({[is_cut](RawConnection& connection) {
                        connection.read_request();
                        connection.write(kHello);
                        is_cut ? connection.cut() : connection.finish();
                      },
                      answer(kHello)},
                     {.tls = &pem});
    ASSERT_TRUE(client_.send(get(server.url()), {}));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const auto response = client_.send(post(server.url(), "body"), {});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(server.connections(), 2);
  }
}

// Without TLS's farewell an attacker could have cut a body that only its end delimits.
TEST_F(Tls, DoesNotTakeACutForAnEnd) {
  const Pem pem = certificate("DNS:localhost");
  RawServer server({[](RawConnection& connection) {
                     connection.read_request();
                     connection.write("HTTP/1.1 200 OK\r\n\r\nhello");
                     connection.cut();
                   }},
                   {.tls = &pem});
  const auto response = client_.send(get(server.url()), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Broken);
  EXPECT_THAT(response.error().message, HasSubstr("without TLS's farewell"));
}

TEST_F(Tls, CarriesLargeBodiesBothWays) {
  const Pem pem = certificate("DNS:localhost");
  const std::string large(3'000'000, 'x');
  RawServer server({answer("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + large)},
                   {.tls = &pem});
  for (int i = 0; i < 2; ++i) {
    const auto response = client_.send(post(server.url(), large), {});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, large);
    EXPECT_TRUE(server.requests().back().ends_with("\r\n\r\n" + large));
  }
}

TEST_F(Tls, SaysWhatIsWrongWithABundle) {
  for (const std::string& path :
       {std::string("/does/not/exist.pem"), write_file("no.pem", "not a certificate")}) {
    Client client({.ca_bundle = path});
    RawServer server({answer(kHello)});
    const auto response =
        client.send(get("https://127.0.0.1:" + std::to_string(server.port())), {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, Kind::Tls);
    EXPECT_THAT(response.error().message, HasSubstr("cannot read certificates (PEM) from " + path));
  }
}

TEST_F(Tls, DoesNotTrustTheTestsAuthorityByDefault) {
  const Pem pem = certificate("DNS:localhost");
  RawServer server({answer(kHello)}, {.tls = &pem});
  const auto response = Client().send(get(server.url()), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Tls);
}

}  // namespace
}  // namespace trailwarden::net
