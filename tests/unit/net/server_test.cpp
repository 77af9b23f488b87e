// The server with our own client, and with clients that do not behave.
#include "net/server.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <stdexcept>
#include <thread>

#include "raw_client.h"
#include "requests.h"

namespace trailwarden::net {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Tells what it was asked.
Response echo(const Request& request, const std::string& peer) {
  return {200,
          {{"X-Peer", peer}},
          request.method + " " + request.url.authority() + " " + request.url.target + " " +
              request.body};
}

std::unique_ptr<Server> start(const Handler& handler, const ServerOptions& options = {}) {
  auto server = Server::start(options, handler);
  EXPECT_TRUE(server) << to_string(server.error());
  return std::move(server).take();
}

std::string url_of(const Server& server, const std::string& target = "/") {
  return "http://127.0.0.1:" + std::to_string(server.port()) + target;
}

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
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || !S_ISSOCK(status.st_mode)) continue;
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

struct Case {
  const char* why;
  std::string bytes;
  const char* status;
};

TEST(Server, RefusesWhatItMustNotUnderstand) {
  const std::string big(9'000, 'x');
  const Case cases[] = {
      {"no HTTP", "\x16\x03\x01\x02 hello\r\n\r\n", "400"},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", "400"},
      {"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
      {"a Host that is a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400"},
      {"a Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", "400"},
      {"no path", "GET nonsense HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
      {"a tunnel", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "400"},
      {"two lengths",
       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nhi", "400"},
      {"two ways to tell a length",
       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
       "0\r\n\r\n",
       "400"},
      {"a length that is none", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "400"},
      {"a bad chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
       "400"},
      {"a large header", "GET / HTTP/1.1\r\nHost: a\r\nX: " + big + "\r\n\r\n", "431"},
      {"a long target", "GET /" + big + " HTTP/1.1\r\nHost: a\r\n\r\n", "431"},
      {"a header without end", "GET / HTTP/1.1\r\nHost: a\r\nX: " + big + big, "431"},
      {"a large body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", "413"},
      {"a large body that asks before",
       "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n",
       "413"},
      {"a large body that comes",
       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n" +
           std::string(2'000'000, 'b'),
       "413"},
      {"a large body in chunks",
       "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1e8480\r\n" +
           std::string(2'000'000, 'b'),
       "413"},
  };
  std::atomic<int> calls{0};
  const auto server = start([&](const Request&, const std::string&) -> Response {
    ++calls;
    return {200, {}, {}};
  });
  for (const Case& c : cases) {
    RawClient client(server->port());
    client.write(c.bytes);
    client.finish_writing();
    EXPECT_THAT(client.read_to_end(), AllOf(StartsWith(std::string("HTTP/1.1 ") + c.status + " "),
                                            HasSubstr("Connection: close\r\n")))
        << c.why;
  }
  EXPECT_EQ(calls, 0);
}

TEST(Server, TakesWholeUrlsAsProxiesSendThem) {
  const auto server = start(echo);
  EXPECT_THAT(
      say(server->port(), "GET http://b.test/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
      EndsWith("\r\n\r\nGET b.test /x "));
}

TEST(Server, DoesNotWaitForSlowClients) {
  const auto server = start(echo, {.idle = 50ms, .header = 50ms, .body = 50ms});
  EXPECT_EQ(say(server->port(), ""), "");  // Idle from the beginning: nothing to answer.
  EXPECT_THAT(say(server->port(), "GET / HT"), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(say(server->port(), "GET / HTTP/1.1\r\nHost: a\r\n"), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(say(server->port(), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"),
              StartsWith("HTTP/1.1 408 "));
  const std::string answers = say(server->port(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(answers, AllOf(StartsWith("HTTP/1.1 200 "), Not(HasSubstr("408"))));
}

TEST(Server, IsNotHeldUpBySlowClients) {
  const auto server = start(echo, {.threads = 1});
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 50; ++i) {
    slow.push_back(std::make_unique<RawClient>(server->port()));
    slow.back()->write("POST / HTTP/1.1\r\nHost: a\r\nContent-Le");
  }
  Client client;
  EXPECT_TRUE(client.send(get(url_of(*server)), {.silence = 10s}));
}

TEST(Server, IsNotHeldUpByAClientThatDoesNotRead) {
  const auto server = start(
      [](const Request& request, const std::string&) -> Response {
        return {200, {}, std::string(request.url.target == "/big" ? 50'000'000 : 1, 'x')};
      },
      {.threads = 1, .response = 100ms});
  RawClient greedy(server->port());
  greedy.write("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
  Client client;
  EXPECT_TRUE(client.send(get(url_of(*server)), {.silence = 10s}));
}

TEST(Server, BoundsItsConnections) {
  const auto server = start(echo, {.connections_max = 2});
  RawClient first(server->port());
  RawClient second(server->port());
  for (RawClient* client : {&first, &second}) {
    client->write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(client->read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  }
  EXPECT_THAT(say(server->port(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Retry-After: 1\r\n")));
  first.finish_writing();
  EXPECT_EQ(first.read_until("never"), "GET a / ");
  // The server forgets a connection a moment after it closed it.
  std::string answer;
  for (int i = 0; i < 1'000 && !answer.starts_with("HTTP/1.1 200 "); ++i) {
    answer = say(server->port(), "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
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

TEST(Server, StopsInSpiteOfSlowClients) {
  const auto server = start(echo, {.grace = 50ms});
  RawClient slow(server->port());
  slow.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Le");
  RawClient asking(server->port());
  asking.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  asking.read_until("\r\n\r\n");  // So that both are known to be served.
  const auto begin = steady_clock::now();
  server->stop();
  EXPECT_LT(steady_clock::now() - begin, 2s);
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

TEST(Server, ListensOnIpv6) {
  auto server = Server::start({.address = "::1"}, echo);
  if (!server) GTEST_SKIP() << "this machine has no IPv6 loopback";
  Client client;
  const auto response = client.send(get("http://[::1]:" + std::to_string((*server)->port())), {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(*response->header("X-Peer"), "::1");
}

}  // namespace
}  // namespace trailwarden::net
