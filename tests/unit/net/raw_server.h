// A server whose every byte is written by hand: it can misbehave in ways that a decent one cannot.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "certificates.h"

struct ssl_ctx_st;
struct ssl_st;

namespace trailwarden::net {

// One accepted connection, in the hands of a script.
class RawConnection {
 public:
  explicit RawConnection(int socket) : socket_(socket) {}
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  // Speaks TLS from here on: from the beginning, or as a proxy after CONNECT.
  void start_tls(ssl_ctx_st* tls);
  // The next request with its body (by Content-Length); empty when the client is gone.
  std::string read_request();
  void write(std::string_view bytes);  // A client that went away is none of its business.
  // Until the client closes (or half a minute, which no test should need).
  void wait_for_close();
  void reset();  // Closes with RST in place of FIN.
  void cut();    // Ends TCP without TLS's farewell.
  bool was_resumed() const;
  void finish();                              // Closes in order; what the end of a script does.
  void interrupt();                           // From any thread: ends every wait.
  std::vector<std::string> requests() const;  // From any thread: all that were read so far.

 private:
  long read_bytes(char* to, std::size_t size);

  mutable std::mutex mutex_;  // Guards what other threads look at: closing, and the requests.
  int socket_;
  std::vector<std::string> requests_;
  ssl_st* ssl_ = nullptr;
  std::string pending_;
};

using Script = std::function<void(RawConnection&)>;

// Listens on a port of loopback and gives the n-th connection to the n-th script; the last script
// serves all that follow. Each connection has its own thread.
class RawServer {
 public:
  struct Options {
    const Pem* tls = nullptr;
    bool ipv6 = false;
  };
  explicit RawServer(std::vector<Script> scripts) : RawServer(std::move(scripts), Options()) {}
  RawServer(std::vector<Script> scripts, const Options& options);
  ~RawServer();

  int port() const { return port_; }
  std::string url(const std::string& target = "/") const;
  int connections() const;
  std::vector<std::string> requests() const;  // In the order of the connections.
  ssl_ctx_st* tls() const { return tls_.get(); }

 private:
  void accept_all();

  std::vector<Script> scripts_;
  std::shared_ptr<ssl_ctx_st> tls_;
  bool is_tls_ = false;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<RawConnection>> accepted_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

// Answers every request of a connection with `response`.
Script answer(std::string response);

}  // namespace trailwarden::net
