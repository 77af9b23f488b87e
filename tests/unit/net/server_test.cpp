// The server with clients that behave.
#include "net/server.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "raw_client.h"
#include "requests.h"
#include "serving.h"

namespace trailwarden::net {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Server, AnswersWhatTheHandlerSays) {
  const auto server = start(echo);
  Client client;
  const auto response = client.send(post(url_of(*server, "/a?b"), "body"), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200u);
  EXPECT_EQ(response->body, "POST 127.0.0.1:" + std::to_string(server->port()) + " /a?b body");
  EXPECT_EQ(*response->header("x-peer"), "127.0.0.1");
}

TEST(Server, ServesManyThreadsOverKeptConnections) {
  const auto server = start(echo);
  Client client;
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        const std::string body(1'000 * static_cast<std::size_t>(thread + 1), 'b');
        for (int i = 0; i < 50; ++i) {
          const auto response = client.send(post(url_of(*server), body), {});
          if (response && response->body.ends_with(" " + body)) ++right;
        }
      });
    }
  }
  EXPECT_EQ(right, 400);
}

TEST(Server, AnswersPipelinedRequestsInTheirOrder) {
  const auto server = start(echo);
  EXPECT_THAT(say(server->port(),
                  "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                  "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              AllOf(HasSubstr("GET a /1 HTTP/1.1 200"), HasSubstr("GET a /2 HTTP/1.1 200"),
                    HasSubstr("Connection: close\r\n\r\nGET a /3 ")));
}

TEST(Server, SendsNoBodyWhereNoneBelongs) {
  const auto server = start([](const Request& request, const std::string&) -> Response {
    return {request.url.target == "/204" ? 204u : 200u, {}, "body"};
  });
  EXPECT_THAT(say(server->port(), "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              AllOf(HasSubstr("Content-Length: 4\r\n"), EndsWith("\r\n\r\n")));
  EXPECT_THAT(say(server->port(), "GET /204 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              AllOf(Not(HasSubstr("Content-Length")), EndsWith("\r\n\r\n")));
}

TEST(Server, KeepsAHandlersFailureToItself) {
  const auto server = start([](const Request& request, const std::string&) -> Response {
    if (request.url.target == "/throw") throw std::runtime_error("secret");
    return {200, {{"X-Split", "a\r\nSet-Cookie: b"}}, "body"};
  });
  Client client;
  for (const char* target : {"/throw", "/split"}) {
    const auto response = client.send(get(url_of(*server, target)), {});
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 500u);
    EXPECT_EQ(response->body, "");
    EXPECT_EQ(response->header("Set-Cookie"), nullptr);
  }
}

TEST(Server, AllowsABodyToBeAnnounced) {
  const auto server = start(echo);
  RawClient client(server->port());
  client.write("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.write("body");
  EXPECT_THAT(client.read_until(" body"), StartsWith("HTTP/1.1 200"));
}

// A program that is started (credential_process) must not hold our connections open.
TEST(Server, AndClientKeepTheirSocketsFromOtherPrograms) {
  const auto server = start(echo);
  Client client;
  ASSERT_TRUE(client.send(get(url_of(*server)), {}));
  int sockets = 0;
  for (const auto& file : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int descriptor = std::stoi(file.path().filename());
    std::error_code gone;
    const auto kind = std::filesystem::read_symlink(file.path(), gone).string();
    if (!kind.starts_with("socket:")) continue;
    int protocol = 0;
    socklen_t size = sizeof protocol;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) != 0 ||
        protocol != IPPROTO_TCP) {
      continue;  // One that the test's environment left open.
    }
    ++sockets;
    EXPECT_EQ(::fcntl(descriptor, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  }
  EXPECT_GE(sockets, 3);  // Listening, accepted, connected.
}

TEST(Server, TakesWholeUrlsAsProxiesSendThem) {
  const auto server = start(echo);
  EXPECT_THAT(
      say(server->port(), "GET http://b.test/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
      EndsWith("\r\n\r\nGET b.test /x "));
}

TEST(Server, ListensOnIpv6) {
  auto server = Server::start({.address = "::1"}, echo);
  if (!server) GTEST_SKIP() << "this machine has no IPv6 loopback";
  Client client;
  const auto response = client.send(get("http://[::1]:" + std::to_string((*server)->port())), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(*response->header("X-Peer"), "::1");
}

TEST(Server, SaysWhyItCannotListen) {
  const auto first = start(echo);
  const auto second = Server::start({.port = first->port()}, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Io);
  EXPECT_THAT(to_string(second.error()), HasSubstr("cannot listen: "));
  const auto named = Server::start({.address = "localhost"}, echo);
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().code, ErrorCode::Usage);
}

TEST(Server, LetsWhatIsUnderWayBeAnsweredWhenItStops) {
  std::promise<void> begun;
  std::promise<void> go_on;
  const auto server = start([&](const Request&, const std::string&) -> Response {
    begun.set_value();
    go_on.get_future().wait();
    return {200, {}, "done"};
  });
  const RawClient idle(server->port());
  RawClient busy(server->port());
  busy.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  begun.get_future().wait();
  {
    const std::jthread stopper([&] { server->stop(); });
    std::this_thread::sleep_for(50ms);
    go_on.set_value();
  }
  EXPECT_THAT(busy.read_to_end(),
              AllOf(HasSubstr("Connection: close\r\n"), EndsWith("\r\n\r\ndone")));
  Client client;
  const auto response = client.send(get(url_of(*server)), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Failure::Kind::Connect);
}

}  // namespace
}  // namespace trailwarden::net
