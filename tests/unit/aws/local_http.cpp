#include "local_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

namespace trailwarden::aws {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool wait_readable(int socket, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd entry{socket, POLLIN, 0};
    if (::poll(&entry, 1, 20) > 0) return true;
  }
  return false;
}

LocalRequest parse(const std::string& text, std::size_t head_end) {
  LocalRequest request;
  std::istringstream lines(text.substr(0, head_end));
  std::string line;
  lines >> request.method >> request.target;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    if (line.ends_with('\r')) line.pop_back();
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t value = line.find_first_not_of(' ', colon + 1);
    request.headers[lower(line.substr(0, colon))] =
        value == std::string::npos ? "" : line.substr(value);
  }
  return request;
}

}  // namespace

LocalHttp::LocalHttp(Answer answer) : answer_(std::move(answer)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
  ::listen(listener_, 16);
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

LocalHttp::~LocalHttp() {
  thread_.request_stop();
  thread_.join();
  ::close(listener_);
}

std::string LocalHttp::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::vector<LocalRequest> LocalHttp::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void LocalHttp::run(const std::stop_token& stop) {
  while (wait_readable(listener_, stop)) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    serve(socket, stop);
    ::close(socket);
  }
}

void LocalHttp::serve(int socket, const std::stop_token& stop) {
  std::string text;
  std::array<char, 4096> piece;
  std::size_t head_end = std::string::npos;
  LocalRequest request;
  while (true) {
    if (!wait_readable(socket, stop)) return;
    const ssize_t count = ::recv(socket, piece.data(), piece.size(), 0);
    if (count <= 0) return;
    text.append(piece.data(), static_cast<std::size_t>(count));
    head_end = text.find("\r\n\r\n");
    if (head_end == std::string::npos) continue;
    request = parse(text, head_end);
    const std::string length = request.header("content-length");
    if (text.size() >= head_end + 4 + (length.empty() ? 0 : std::stoul(length))) break;
  }
  request.body = text.substr(head_end + 4);
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const LocalReply reply = answer_(request);
  if (reply.is_silent) {
    wait_readable(socket, stop);  // Until the client gives up.
    return;
  }
  const std::string response =
      "HTTP/1.1 " + std::to_string(reply.status) +
      " Status\r\nConnection: close\r\nContent-Length: " + std::to_string(reply.body.size()) +
      "\r\n" + reply.headers + "\r\n" + reply.body;
  ::send(socket, response.data(), response.size(), MSG_NOSIGNAL);
}

}  // namespace trailwarden::aws
