// A connection as a pipe of bytes. Every step blocks its thread, and none without a bound: TCP
// (tcp.cpp) and TLS over whatever pipe there is (tls.cpp) look alike from here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"
#include "net/wait.h"

namespace trailwarden::net {

// One thread at a time. After any failure a transport is good for nothing but destruction.
class Transport {
 public:
  Transport() = default;
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  // Waits for bytes and says how many came; 0: the peer ended the stream in order.
  // Failure: Timeout, Cancelled, Broken; its message is the cause alone ("reset by the peer").
  virtual Outcome<std::size_t> read_some(std::span<char> to, const Wait& wait) = 0;

  // Sends at least one byte of `bytes` (not empty) and says how many. Failure as above; `sent` is
  // false only if certainly none of these bytes left this process.
  virtual Outcome<std::size_t> write_some(std::string_view bytes, const Wait& wait) = 0;

  // Whether an idle connection is still open and silent. Bytes that nobody asked for, and an end,
  // both say that it must not be used again.
  virtual bool is_idle() = 0;
};

// Keeps a descriptor from the programs that this process starts (credential_process): they must not
// hold our connections open. Asio opens sockets without it.
void close_on_exec(int descriptor);

// Connects to the first of `addresses` (numeric) that answers. An address that is silent gets its
// share of the time left, so that the others have theirs. Failure: Connect, Timeout, Cancelled,
// the message about the last address tried.
Outcome<std::unique_ptr<Transport>> connect_tcp(const std::vector<std::string>& addresses,
                                                std::uint16_t port, const Wait& wait);

}  // namespace trailwarden::net
