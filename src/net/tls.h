// TLS 1.2 and 1.3 over any transport: the peer's certificate and name are always verified.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "net/transport.h"

struct ssl_ctx_st;
struct ssl_session_st;

namespace trailwarden::net {

struct SslContextFree {
  void operator()(ssl_ctx_st* context) const;
};
struct SslSessionFree {
  void operator()(ssl_session_st* session) const;
};

// Whom we trust, and the sessions that servers let us take up again. Any number of threads.
class Tls {
 public:
  // `ca_bundle`: a PEM file, or empty for the system's certificates. They are loaded with the first
  // handshake: that can cost 60 ms, and most runs need none.
  explicit Tls(std::string ca_bundle);
  ~Tls();

  // Speaks TLS as a client over `plain` (owned from here on). `host`: the name or address that the
  // certificate must be for. `peer` keys the session to take up. Failure: Tls, saying what is wrong
  // with the certificate; Timeout, Cancelled, Broken.
  Outcome<std::unique_ptr<Transport>> connect(std::unique_ptr<Transport> plain,
                                              const std::string& host, const std::string& peer,
                                              const Wait& wait);

  // Keeps the session of a transport that came from connect(), for the next connect() to `peer`.
  // Under TLS 1.3 a server hands it out after the handshake: call after the first response.
  void keep_session(const Transport& transport, const std::string& peer);

 private:
  Outcome<ssl_ctx_st*> context();

  std::string ca_bundle_;
  std::mutex mutex_;
  std::unique_ptr<ssl_ctx_st, SslContextFree> context_;
  std::unordered_map<std::string, std::unique_ptr<ssl_session_st, SslSessionFree>> sessions_;
};

}  // namespace trailwarden::net
