// Every way in which a server can let a client down, and what the client says about it.
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
using std::chrono::steady_clock;
using testing::HasSubstr;

// Generous for a loaded machine, and far below any limit that would hide a hang.
constexpr auto kSoon = 5s;

struct Case {
  const char* why;
  std::string bytes;
  const char* message;
};

TEST(Fault, AnswersThatAreNotWhole) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  const Case cases[] = {
      {"nothing", "", "ended unanswered"},
      {"half a status line", "HTTP/1.", "in mid-response"},
      {"an interim response alone", "HTTP/1.1 100 Continue\r\n\r\n", "in mid-response"},
      {"half a header", head + "Content-Le", "in mid-response"},
      {"less than its length", head + "Content-Length: 9\r\n\r\nhello", "in mid-response"},
      {"half a chunk", chunked + "9\r\nhel", "in mid-response"},
      {"no last chunk", chunked + "5\r\nhello\r\n", "in mid-response"},
      {"a chunk of no size", chunked + "zz\r\nhello\r\n0\r\n\r\n", "not HTTP/1.1"},
      {"a chunk larger than said", chunked + "2\r\nhello\r\n0\r\n\r\n", "not HTTP/1.1"},
      {"a chunk's extension over several lines", chunked + "333;x=\"yan \r\nTr", "in mid-response"},
      {"garbage", "\x16\x03\x01 this is no HTTP\r\n\r\n", "not HTTP/1.1"},
      {"another protocol", "SSH-2.0-OpenSSH_9.2\r\n", "not HTTP/1.1"},
      {"a length that is none", head + "Content-Length: -1\r\n\r\n", "not HTTP/1.1"},
      {"two lengths", head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nhi", "not HTTP/1.1"},
      {"an unasked protocol", "HTTP/1.1 101 Switching\r\n\r\n", "interim responses only"},
  };
  for (const Case& c : cases) {
    RawServer server({[&](RawConnection& connection) {
      connection.read_request();
      connection.write(c.bytes);
    }});
    Client client;
    const auto response = client.send(get(server.url()), {});
    ASSERT_FALSE(response) << c.why;
    EXPECT_EQ(response.error().kind, Kind::Broken) << c.why;
    EXPECT_TRUE(response.error().sent) << c.why;
    EXPECT_THAT(response.error().message, HasSubstr(c.message)) << c.why;
    EXPECT_EQ(server.connections(), 1) << c.why;
  }
}

TEST(Fault, HeadersWithoutEnd) {
  RawServer server({[](RawConnection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 100; ++i) connection.write("X: " + std::string(1'000, 'x') + "\r\n");
    connection.wait_for_close();
  }});
  Client client;
  const auto response = client.send(get(server.url()), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Broken);
  EXPECT_THAT(response.error().message, HasSubstr("larger than 64 KiB"));
}

TEST(Fault, InterimResponsesWithoutEnd) {
  RawServer server({[](RawConnection& connection) {
    connection.read_request();
    for (int i = 0; i < 100; ++i) connection.write("HTTP/1.1 100 Continue\r\n\r\n");
    connection.wait_for_close();
  }});
  Client client;
  const auto response = client.send(get(server.url()), {});
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, HasSubstr("interim responses only"));
}

TEST(Fault, ABodyLargerThanAllowed) {
  const std::string body(2'000, 'x');
  for (const std::string& bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + body, "HTTP/1.1 200 OK\r\n\r\n" + body,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + body + "\r\n0\r\n\r\n"}) {
    RawServer server({[&](RawConnection& connection) {
      connection.read_request();
      connection.write(bytes);
    }});
    Client client;
    const auto response = client.send(get(server.url()), {.body_bytes = 1'999});
    ASSERT_FALSE(response) << bytes.substr(0, 50);
    EXPECT_EQ(response.error().kind, Kind::TooLarge);
    EXPECT_THAT(response.error().message, HasSubstr("larger than 1999 bytes"));
    EXPECT_TRUE(client.send(get(server.url()), {.body_bytes = 2'000})) << bytes.substr(0, 50);
  }
}

TEST(Fault, AReset) {
  RawServer server({[](RawConnection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel");
    connection.reset();
  }});
  Client client;
  const auto response = client.send(get(server.url()), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Broken);
  EXPECT_TRUE(response.error().sent);
}

TEST(Fault, SilenceBeforeAnAnswerAndInTheMidst) {
  for (const char* bytes : {"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel"}) {
    RawServer server({[&](RawConnection& connection) {
      connection.read_request();
      connection.write(bytes);
      connection.wait_for_close();
    }});
    Client client;
    const auto begin = steady_clock::now();
    const auto response = client.send(get(server.url()), {.silence = 50ms});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, Kind::Timeout);
    EXPECT_TRUE(response.error().sent);
    EXPECT_LT(steady_clock::now() - begin, kSoon);
  }
}

TEST(Fault, AServerThatStopsReading) {
  RawServer server({[](RawConnection& connection) {
    // No byte is read: the buffers between us fill up.
    std::this_thread::sleep_for(300ms);
    connection.reset();
  }});
  Client client;
  const auto response =
      client.send(post(server.url(), std::string(50'000'000, 'b')), {.silence = 100ms});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Timeout);
  EXPECT_TRUE(response.error().sent);
}

TEST(Fault, SlowBytesAgainstTheTotal) {
  RawServer server({[](RawConnection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    for (int i = 0; i < 30; ++i) {
      connection.write("x");
      std::this_thread::sleep_for(10ms);
    }
  }});
  Client client;
  const auto response = client.send(get(server.url()), {.silence = 2s, .total = 100ms});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Timeout);
}

TEST(Fault, AnAddressThatIsSilent) {
  Client client;
  const auto begin = steady_clock::now();
  // TEST-NET-1 (RFC 5737): routed nowhere, or refused at once by the first router.
  const auto response = client.send(get("http://192.0.2.123:81/"), {.connect = 100ms});
  ASSERT_FALSE(response);
  EXPECT_TRUE(response.error().kind == Kind::Timeout || response.error().kind == Kind::Connect);
  EXPECT_FALSE(response.error().sent);
  EXPECT_LT(steady_clock::now() - begin, kSoon);
}

TEST(Fault, ATlsServerThatSaysNothing) {
  RawServer server({[](RawConnection& connection) { connection.wait_for_close(); }});
  Client client;
  const auto begin = steady_clock::now();
  const auto response =
      client.send(get("https://127.0.0.1:" + std::to_string(server.port())), {.connect = 100ms});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Timeout);
  EXPECT_FALSE(response.error().sent);
  EXPECT_LT(steady_clock::now() - begin, kSoon);
}

TEST(Fault, APlainServerWhereTlsIsExpected) {
  RawServer server({[](RawConnection& connection) {
    connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.wait_for_close();
  }});
  Client client;
  const auto response = client.send(get("https://127.0.0.1:" + std::to_string(server.port())), {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Tls);
}

TEST(Fault, AnAnswerBeforeTheRequestIsOver) {
  RawServer server({[](RawConnection& connection) {
    connection.write("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig");
    std::this_thread::sleep_for(100ms);
    connection.finish();
  }});
  Client client;
  const auto response = client.send(post(server.url(), std::string(50'000'000, 'b')), {});
  // A reset may overtake the answer; what must not happen is a hang, or a claim that nothing left.
  if (response) {
    EXPECT_EQ(response->status, 413u);
  } else {
    EXPECT_EQ(response.error().kind, Kind::Broken);
    EXPECT_TRUE(response.error().sent);
  }
}

TEST(Fault, AStopInMidFlight) {
  RawServer server({[](RawConnection& connection) {
    connection.read_request();
    connection.wait_for_close();
  }});
  Client client;
  std::stop_source source;
  const std::jthread stopper([&] {
    while (server.requests().empty()) std::this_thread::yield();
    source.request_stop();
  });
  const auto begin = steady_clock::now();
  const auto response = client.send(get(server.url()), {}, source.get_token());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Cancelled);
  EXPECT_TRUE(response.error().sent);
  EXPECT_LT(steady_clock::now() - begin, kSoon);
}

TEST(Fault, AStopInTheHandshake) {
  RawServer server({[](RawConnection& connection) { connection.wait_for_close(); }});
  Client client;
  std::stop_source source;
  const std::jthread stopper([&] {
    while (server.connections() == 0) std::this_thread::yield();
    source.request_stop();
  });
  const auto response = client.send(get("https://127.0.0.1:" + std::to_string(server.port())),
                                    {.connect = 20s}, source.get_token());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Cancelled);
  EXPECT_FALSE(response.error().sent);
}

TEST(Fault, AStopBeforeTheBeginning) {
  RawServer server({answer(kHello)});
  Client client;
  std::stop_source source;
  source.request_stop();
  const auto response = client.send(get(server.url()), {}, source.get_token());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::Cancelled);
  EXPECT_FALSE(response.error().sent);
  EXPECT_TRUE(server.requests().empty());
}

}  // namespace
}  // namespace trailwarden::net
