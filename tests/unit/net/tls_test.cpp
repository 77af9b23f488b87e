// Whom the client trusts, and how it says no.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace trailwarden::net
