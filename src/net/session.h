// One client's connection to the server. Includes Asio and Beast: for server.cpp and session.cpp.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>

#include "net/server.h"

namespace trailwarden::net {

class Session;

// The sessions that live, so that a server can end them and wait for their end.
class Sessions {
 public:
  std::size_t size() const;  // With those that are only told why they are refused.
  void add(Session* session);
  void remove(Session* session);
  void end_all(bool at_once);  // As Session::end().
  // Until there are none, or the time is over.
  void wait_until_empty(std::chrono::milliseconds span);

 private:
  mutable std::mutex mutex_;
  std::condition_variable gone_;
  std::unordered_set<Session*> sessions_;
};

// What all sessions of a server share; outlives them.
struct Serving {
  ServerOptions options;
  Handler handler;
  Sessions sessions;
  std::atomic<std::size_t> served{0};  // Sessions that are not refused.
  std::atomic<bool> is_stopping{false};
};

// Lives as long as an operation of its own is under way. Its socket's executor is a strand: one
// thread at a time is in here.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Serving& serving, boost::asio::ip::tcp::socket socket);
  ~Session();

  void serve();            // Reads requests and answers them.
  void refuse();           // Answers 503 and closes.
  void end(bool at_once);  // From any thread: closes if idle, or in any case.

 private:
  using Error = boost::system::error_code;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  enum class Phase { Idle, Busy, Lingering };

  // Cancels what is under way after `span`; `timed_out_` tells then.
  void bound(std::chrono::milliseconds span);
  void wait_for_request();
  void read_header();
  void on_header(const Error& error);
  void read_body();
  void answer();
  void give_up(const Error& error);
  void send_own(unsigned status);
  void send(const Response& response, bool keep);
  void linger();
  void discard();
  void close();

  Serving& serving_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  std::string peer_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::string out_;
  Phase phase_ = Phase::Idle;
  bool is_served_ = false;
  bool timed_out_ = false;
};

}  // namespace trailwarden::net
