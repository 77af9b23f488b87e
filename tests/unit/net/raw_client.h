// A client whose every byte is written by hand.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace trailwarden::net {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);  // Connects to 127.0.0.1.
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void write(std::string_view bytes);
  std::string read_to_end();                      // Everything until the server closes.
  std::string read_until(std::string_view mark);  // Up to and with `mark`, or what came.
  void finish_writing();

 private:
  int socket_;
  std::string pending_;
};

// What a server says to these bytes until it closes.
std::string say(std::uint16_t port, std::string_view bytes);

}  // namespace trailwarden::net
