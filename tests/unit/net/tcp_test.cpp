// Connecting: which address is taken, and what is said when none is.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "net/resolver.h"
#include "net/transport.h"
#include "raw_server.h"
#include "requests.h"

namespace trailwarden::net {
namespace {

using namespace std::chrono_literals;
using Kind = Failure::Kind;

Wait for_up_to(std::chrono::milliseconds span) {
  return {std::chrono::steady_clock::now() + span, {}};
}

// Listens on 127.9.9.9, but its queue is full: who knocks hears nothing, as behind a firewall.
class SilentAddress {
 public:
  explicit SilentAddress(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    inet_pton(AF_INET, "127.9.9.9", &address.sin_addr);
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    for (int& descriptor : descriptors_) {
      descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    }
    EXPECT_EQ(::bind(descriptors_[0], generic, sizeof address), 0);
    EXPECT_EQ(::listen(descriptors_[0], 0), 0);
    for (std::size_t i = 1; i < descriptors_.size(); ++i) {
      (void)::connect(descriptors_[i], generic, sizeof address);
    }
  }
  ~SilentAddress() {
    for (const int descriptor : descriptors_) ::close(descriptor);
  }
  SilentAddress(const SilentAddress&) = delete;
  SilentAddress& operator=(const SilentAddress&) = delete;

 private:
  std::array<int, 4> descriptors_{};  // The listener, and those that fill its queue.
};

std::uint16_t port_of(const RawServer& server) { return static_cast<std::uint16_t>(server.port()); }

TEST(ConnectTcp, TakesTheFirstAddressThatAnswers) {
  RawServer server({answer(kHello)});
  // The server listens on 127.0.0.1 only: the others refuse. What is no address is passed over.
  const auto transport =
      connect_tcp({"127.9.9.9", "nonsense", "127.0.0.1"}, port_of(server), for_up_to(20s));
  ASSERT_TRUE(transport) << transport.error().message;
  EXPECT_TRUE((*transport)->is_idle());
}

TEST(ConnectTcp, LeavesTimeForTheNextAddressWhereOneIsSilent) {
  RawServer server({answer(kHello)});
  const SilentAddress silent(port_of(server));
  const auto alone = connect_tcp({"127.9.9.9"}, port_of(server), for_up_to(100ms));
  ASSERT_FALSE(alone);
  EXPECT_EQ(alone.error().kind, Kind::Timeout);
  const auto transport = connect_tcp({"127.9.9.9", "127.0.0.1"}, port_of(server), for_up_to(600ms));
  ASSERT_TRUE(transport) << transport.error().message;
}

TEST(ConnectTcp, SaysWhatTheLastAddressSaid) {
  RawServer server({answer(kHello)});
  const auto refused = connect_tcp({"127.9.9.9"}, port_of(server), for_up_to(20s));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::Connect);
  EXPECT_EQ(refused.error().message, "refused");
  const auto nowhere = connect_tcp({}, port_of(server), for_up_to(20s));
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().kind, Kind::Resolve);
}

TEST(Transport, TellsAnEndFromASilenceFromAReset) {
  RawServer server({[](RawConnection& connection) {
                      connection.write("x");
                      connection.finish();
                    },
                    [](RawConnection& connection) { connection.wait_for_close(); },
                    [](RawConnection& connection) {
                      connection.read_request();
                      connection.reset();
                    }});
  std::array<char, 8> bytes;
  const auto ending = connect_tcp({"127.0.0.1"}, port_of(server), for_up_to(20s));
  ASSERT_TRUE(ending);
  EXPECT_EQ((*ending)->read_some(bytes, for_up_to(20s)).value_or(9), 1u);
  EXPECT_EQ((*ending)->read_some(bytes, for_up_to(20s)).value_or(9), 0u);
  EXPECT_FALSE((*ending)->is_idle());

  const auto silent = connect_tcp({"127.0.0.1"}, port_of(server), for_up_to(20s));
  ASSERT_TRUE(silent);
  const auto nothing = (*silent)->read_some(bytes, for_up_to(20ms));
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind, Kind::Timeout);

  const auto cut = connect_tcp({"127.0.0.1"}, port_of(server), for_up_to(20s));
  ASSERT_TRUE(cut);
  ASSERT_TRUE((*cut)->write_some("GET / HTTP/1.1\r\n\r\n", for_up_to(20s)));
  const auto reset = (*cut)->read_some(bytes, for_up_to(20s));
  ASSERT_FALSE(reset);
  EXPECT_EQ(reset.error().kind, Kind::Broken);
  EXPECT_EQ(reset.error().message, "reset by the peer");
}

TEST(Resolve, GivesAddressesOfNamesAndAddressesThemselves) {
  const auto names = resolve("localhost", for_up_to(20s));
  ASSERT_TRUE(names) << names.error().message;
  EXPECT_FALSE(names->empty());
  for (const char* address : {"127.0.0.1", "fd00:ec2::254"}) {
    EXPECT_EQ(resolve(address, for_up_to(0ms)).value(), std::vector<std::string>{address});
  }
}

TEST(Resolve, IsBoundedAndCanBeStopped) {
  // No time at all: whatever the name server does, we do not wait for it.
  const auto late = resolve("a.invalid", for_up_to(-1ms));
  ASSERT_FALSE(late);
  EXPECT_TRUE(late.error().kind == Kind::Timeout || late.error().kind == Kind::Resolve);
  std::stop_source source;
  source.request_stop();
  const auto stopped =
      resolve("a.invalid", {std::chrono::steady_clock::now() + 20s, source.get_token()});
  ASSERT_FALSE(stopped);
  EXPECT_TRUE(stopped.error().kind == Kind::Cancelled || stopped.error().kind == Kind::Resolve);
}

}  // namespace
}  // namespace trailwarden::net
