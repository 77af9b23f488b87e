#include "raw_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <csignal>

namespace trailwarden::net {
namespace {

constexpr int kPatience_s = 30;

std::shared_ptr<ssl_ctx_st> server_context(const Pem& pem) {
  std::shared_ptr<ssl_ctx_st> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  const std::string file = write_file("server.pem", pem.key + pem.certificate);
  EXPECT_EQ(SSL_CTX_use_certificate_chain_file(context.get(), file.c_str()), 1);
  EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context.get(), file.c_str(), SSL_FILETYPE_PEM), 1);
  ::unlink(file.c_str());
  return context;
}

std::size_t content_length(std::string head) {
  std::transform(head.begin(), head.end(), head.begin(),
                 [](char c) { return static_cast<char>(std::tolower(c)); });
  const std::size_t at = head.find("content-length: ");
  std::size_t length = 0;
  if (at != head.npos) std::from_chars(&head[at + 16], &head[head.size() - 1], length);
  return length;
}

}  // namespace

RawConnection::~RawConnection() { finish(); }

void RawConnection::start_tls(ssl_ctx_st* tls) {
  ssl_ = SSL_new(tls);
  SSL_set_fd(ssl_, socket_);
  SSL_accept(ssl_);  // A client that refuses us is what some tests are about.
}

long RawConnection::read_bytes(char* to, std::size_t size) {
  if (socket_ < 0) return 0;
  if (ssl_ != nullptr) return SSL_read(ssl_, to, static_cast<int>(size));
  return ::recv(socket_, to, size, 0);
}

std::string RawConnection::read_request() {
  std::size_t wanted = std::string::npos;
  for (;;) {
    const std::size_t end = pending_.find("\r\n\r\n");
    if (end != pending_.npos) wanted = end + 4 + content_length(pending_.substr(0, end + 4));
    if (pending_.size() >= wanted) break;
    char bytes[16'384];
    const long size = read_bytes(bytes, sizeof bytes);
    if (size <= 0) return "";
    pending_.append(bytes, static_cast<std::size_t>(size));
  }
  std::string request = pending_.substr(0, wanted);
  pending_.erase(0, wanted);
  const std::scoped_lock lock(mutex_);
  requests_.push_back(request);
  return request;
}

void RawConnection::write(std::string_view bytes) {
  if (ssl_ != nullptr) {
    SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    return;
  }
  while (!bytes.empty() && socket_ >= 0) {
    const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

void RawConnection::wait_for_close() {
  char bytes[4096];
  while (read_bytes(bytes, sizeof bytes) > 0) {
  }
}

void RawConnection::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  cut();
}

void RawConnection::cut() {
  const std::scoped_lock lock(mutex_);
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void RawConnection::finish() {
  if (ssl_ != nullptr) {
    if (socket_ >= 0 && SSL_is_init_finished(ssl_) == 1) SSL_shutdown(ssl_);
    SSL_free(ssl_);
    ssl_ = nullptr;
  }
  cut();
}

void RawConnection::interrupt() {
  const std::scoped_lock lock(mutex_);
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

std::vector<std::string> RawConnection::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

bool RawConnection::was_resumed() const { return SSL_session_reused(ssl_) == 1; }

RawServer::RawServer(std::vector<Script> scripts, const Options& options)
    : scripts_(std::move(scripts)), is_tls_(options.tls != nullptr) {
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets without MSG_NOSIGNAL.
  if (is_tls_) tls_ = server_context(*options.tls);
  listener_ = ::socket(options.ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_storage address{};
  socklen_t size = sizeof(sockaddr_in);
  if (options.ipv6) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = in6addr_loopback;
    size = sizeof(sockaddr_in6);
  } else {
    auto& v4 = reinterpret_cast<sockaddr_in&>(address);
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0) return;
  ::getsockname(listener_, generic, &size);
  port_ = ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);  // Both families: same place.
  acceptor_ = std::jthread([this] { accept_all(); });
}

RawServer::~RawServer() {
  ::shutdown(listener_, SHUT_RDWR);
  if (acceptor_.joinable()) acceptor_.join();
  for (const auto& connection : accepted_) connection->interrupt();
  threads_.clear();
  ::close(listener_);
}

std::string RawServer::url(const std::string& target) const {
  return (is_tls_ ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(port_) + target;
}

int RawServer::connections() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<int>(accepted_.size());
}

std::vector<std::string> RawServer::requests() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> all;
  for (const auto& connection : accepted_) {
    for (std::string& request : connection->requests()) all.push_back(std::move(request));
  }
  return all;
}

void RawServer::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const timeval patience{kPatience_s, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const std::scoped_lock lock(mutex_);
    const Script& script = scripts_[std::min(accepted_.size(), scripts_.size() - 1)];
    RawConnection& connection = *accepted_.emplace_back(std::make_unique<RawConnection>(socket));
    threads_.emplace_back([this, &connection, &script] {
      if (is_tls_) connection.start_tls(tls_.get());
      script(connection);
      connection.finish();
    });
  }
}

Script answer(std::string response) {
  return [response = std::move(response)](RawConnection& connection) {
    while (!connection.read_request().empty()) connection.write(response);
  };
}

}  // namespace trailwarden::net
