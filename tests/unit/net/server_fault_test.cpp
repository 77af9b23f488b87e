// The server with clients that do not behave.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "net/server.h"
#include "raw_client.h"
#include "requests.h"
#include "serving.h"

namespace trailwarden::net {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Case {
  const char* why;
  std::string bytes;
  const char* status;
};

TEST(ServerFault, RefusesWhatItMustNotUnderstand) {
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

TEST(ServerFault, DoesNotWaitForSlowClients) {
  const auto server = start(echo, {.idle = 50ms, .header = 50ms, .body = 50ms});
  EXPECT_EQ(say(server->port(), ""), "");  // Idle from the beginning: nothing to answer.
  EXPECT_THAT(say(server->port(), "GET / HT"), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(say(server->port(), "GET / HTTP/1.1\r\nHost: a\r\n"), StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(say(server->port(), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"),
              StartsWith("HTTP/1.1 408 "));
  const std::string answers = say(server->port(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(answers, AllOf(StartsWith("HTTP/1.1 200 "), Not(HasSubstr("408"))));
}

TEST(ServerFault, IsNotHeldUpBySlowClients) {
  const auto server = start(echo, {.threads = 1});
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 50; ++i) {
    slow.push_back(std::make_unique<RawClient>(server->port()));
    slow.back()->write("POST / HTTP/1.1\r\nHost: a\r\nContent-Le");
  }
  Client client;
  EXPECT_TRUE(client.send(get(url_of(*server)), {.silence = 10s}));
}

TEST(ServerFault, IsNotHeldUpByAClientThatDoesNotRead) {
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

TEST(ServerFault, BoundsItsConnections) {
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

TEST(ServerFault, StopsInSpiteOfSlowClients) {
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

}  // namespace
}  // namespace trailwarden::net
