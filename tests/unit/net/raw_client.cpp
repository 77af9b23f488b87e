#include "raw_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace trailwarden::net {

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval patience{30, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
}

RawClient::~RawClient() { ::close(socket_); }

void RawClient::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return;  // The server has had enough; what it says of it is what counts.
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

std::string RawClient::read_until(std::string_view mark) {
  for (;;) {
    const std::size_t at = mark.empty() ? std::string::npos : pending_.find(mark);
    if (at != std::string::npos) {
      std::string text = pending_.substr(0, at + mark.size());
      pending_.erase(0, at + mark.size());
      return text;
    }
    char bytes[4096];
    const ssize_t size = ::recv(socket_, bytes, sizeof bytes, 0);
    if (size <= 0) return std::exchange(pending_, {});
    pending_.append(bytes, static_cast<std::size_t>(size));
  }
}

std::string RawClient::read_to_end() { return read_until({}); }

void RawClient::finish_writing() { ::shutdown(socket_, SHUT_WR); }

std::string say(std::uint16_t port, std::string_view bytes) {
  RawClient client(port);
  client.write(bytes);
  return client.read_to_end();
}

}  // namespace trailwarden::net
