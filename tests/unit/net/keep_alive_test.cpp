// Connections that are used again, and those that only look as if they could be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "net/http.h"
#include "raw_server.h"
#include "requests.h"

namespace trailwarden::net {
namespace {

using namespace std::chrono_literals;
using Kind = Failure::Kind;

// Waits for the client to be told about a close: the kernel needs a moment, even on loopback.
void settle() { std::this_thread::sleep_for(20ms); }

// Answers one request; what follows is up to `then`.
Script answer_once(std::function<void(RawConnection&)> then) {
  return [then = std::move(then)](RawConnection& connection) {
    connection.read_request();
    connection.write(kHello);
    then(connection);
  };
}

TEST(KeepAlive, OneConnectionForManyExchanges) {
  RawServer server({answer(kHello)});
  Client client;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client.send(get(server.url()), {}));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.requests().size(), 5u);
}

TEST(KeepAlive, NotWhereTheServerSaysCloseOrMightHaveMeantIt) {
  for (const char* bytes : {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
                            "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                            // More than was announced: the next answer could begin anywhere.
                            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"}) {
    RawServer server({answer(bytes)});
    Client client;
    ASSERT_TRUE(client.send(get(server.url()), {}));
    ASSERT_TRUE(client.send(get(server.url()), {}));
    EXPECT_EQ(server.connections(), 2) << bytes;
  }
}

TEST(KeepAlive, NoticesACloseBeforeItSends) {
  RawServer server(
      {answer_once([](RawConnection& connection) { connection.finish(); }), answer(kHello)});
  Client client;
  ASSERT_TRUE(client.send(get(server.url()), {}));
  settle();
  // Not idempotent: only certain because the close was seen before a byte went out.
  ASSERT_TRUE(client.send(post(server.url(), "body"), {}));
  EXPECT_EQ(server.connections(), 2);
}

TEST(KeepAlive, NoticesUnaskedBytes) {
  RawServer server({answer_once([](RawConnection& connection) {
                      connection.write("HTTP/1.1 408 Timeout\r\n\r\n");
                      connection.wait_for_close();
                    }),
                    answer(kHello)});
  Client client;
  ASSERT_TRUE(client.send(get(server.url()), {}));
  settle();
  const auto response = client.send(post(server.url(), "body"), {});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200u);
}

// The close that cannot be seen in time: the server has read the request already.
Script close_on_reuse() {
  return answer_once([](RawConnection& connection) {
    connection.read_request();
    connection.finish();
  });
}

TEST(KeepAlive, ReplacesAStaleConnectionOnceIfThatIsSafe) {
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}) {
    RawServer server({close_on_reuse(), answer("HTTP/1.1 204 No Content\r\n\r\n")});
    Client client;
    ASSERT_TRUE(client.send(get(server.url()), {}));
    Request request = get(server.url());
    request.method = method;
    const auto response = client.send(request, {});
    ASSERT_TRUE(response) << method << ": " << response.error().message;
    EXPECT_EQ(response->status, 204u);
    EXPECT_EQ(server.connections(), 2);
  }
}

TEST(KeepAlive, NeverSendsAPostTwice) {
  RawServer server({close_on_reuse(), answer(kHello)});
  Client client;
  ASSERT_TRUE(client.send(get(server.url()), {}));
  const auto response = client.send(post(server.url(), "body"), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Broken);
  EXPECT_TRUE(response.error().sent);
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST(KeepAlive, ReplacesOnlyOnce) {
  const Script close_at_once = [](RawConnection& connection) { connection.read_request(); };
  RawServer server({close_on_reuse(), close_at_once});
  Client client;
  ASSERT_TRUE(client.send(get(server.url()), {}));
  const auto response = client.send(get(server.url()), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Broken);
  EXPECT_EQ(server.connections(), 2);
}

TEST(KeepAlive, DoesNotReplaceWhatBeganToAnswer) {
  RawServer server({answer_once([](RawConnection& connection) {
                      connection.read_request();
                      connection.write("HTTP/1.1 200 OK\r\nContent-Le");
                    }),
                    answer(kHello)});
  Client client;
  ASSERT_TRUE(client.send(get(server.url()), {}));
  EXPECT_FALSE(client.send(get(server.url()), {}));
  EXPECT_EQ(server.connections(), 1);
}

TEST(KeepAlive, NotAfterATimeout) {
  RawServer server({answer_once([](RawConnection& connection) { connection.wait_for_close(); }),
                    answer(kHello)});
  Client client;
  ASSERT_TRUE(client.send(get(server.url()), {}));
  const auto response = client.send(get(server.url()), {.silence = 50ms});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Timeout);
  EXPECT_EQ(server.connections(), 1);
  ASSERT_TRUE(client.send(get(server.url()), {}));
  EXPECT_EQ(server.connections(), 2);
}

TEST(KeepAlive, ThreadsShareAClient) {
  constexpr int kThreads = 8;
  constexpr int kExchanges = 50;
  RawServer server({[](RawConnection& connection) {
    for (;;) {
      const std::string request = connection.read_request();
      if (request.empty()) return;
      const std::string target = request.substr(4, request.find(' ', 4) - 4);
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(target.size()) +
                       "\r\n\r\n" + target);
    }
  }});
  Client client;
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < kExchanges; ++i) {
          const std::string target = "/" + std::to_string(thread) + "/" + std::to_string(i);
          const auto response = client.send(get(server.url(target)), {});
          if (response && response->body == target) ++right;
        }
      });
    }
  }
  EXPECT_EQ(right, kThreads * kExchanges);
  EXPECT_LE(server.connections(), kThreads);
}

TEST(KeepAlive, ManyThreadsStopInMidFlight) {
  RawServer server({[](RawConnection& connection) {
    connection.read_request();
    connection.wait_for_close();
  }});
  Client client;
  std::stop_source source;
  std::atomic<int> cancelled{0};
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&] {
        const auto response = client.send(get(server.url()), {}, source.get_token());
        if (!response && response.error().kind == Kind::Cancelled) ++cancelled;
      });
    }
    while (server.requests().size() < 8) std::this_thread::yield();
    source.request_stop();
  }
  EXPECT_EQ(cancelled, 8);
}

}  // namespace
}  // namespace trailwarden::net
