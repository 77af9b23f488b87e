// TCP on Boost.Asio. Asio's timeouts apply to asynchronous operations only, so each step that must
// wait is one, and the calling thread runs the connection's own io_context until it is done: no
// thread of our own. Steps that need no waiting cost a system call and nothing else.
#include <fcntl.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <optional>

#include "net/transport.h"

namespace trailwarden::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// Enough for a server across the world; below it, an address has no chance to answer.
constexpr std::chrono::milliseconds kShareMin{250};

Failure failure_of(const error_code& error) {
  if (error == asio::error::connection_refused) return {Failure::Kind::Connect, false, "refused"};
  if (error == asio::error::connection_reset) {
    return {Failure::Kind::Broken, false, "reset by the peer"};
  }
  if (error == asio::error::broken_pipe)
    return {Failure::Kind::Broken, false, "closed by the peer"};
  return {Failure::Kind::Broken, false, error.message()};
}

// Why a step must end before it is done, if it must.
std::optional<Failure> ended(const Wait& wait) {
  if (wait.stop.stop_requested()) return Failure{Failure::Kind::Cancelled, false, "cancelled"};
  if (std::chrono::steady_clock::now() < wait.until) return std::nullopt;
  return Failure{Failure::Kind::Timeout, false, "no answer in time"};
}

class TcpTransport final : public Transport {
 public:
  Outcome<void> connect(const asio::ip::tcp::endpoint& endpoint, const Wait& wait);
  Outcome<std::size_t> read_some(std::span<char> to, const Wait& wait) override;
  Outcome<std::size_t> write_some(std::string_view bytes, const Wait& wait) override;
  bool is_idle() override;

 private:
  // Tries `step` (given where its error goes) until the socket is ready for it.
  template <class Step>
  Outcome<std::size_t> when_ready(asio::socket_base::wait_type what, const Wait& wait, Step step);

  // Starts an operation (`start` is given its handler) and runs it to its end. When the time is
  // over or a stop is requested, closing the socket ends the operation; its handler still runs
  // before we return, so the buffers that it refers to may live on the caller's stack.
  template <class Start>
  Outcome<std::size_t> await(const Wait& wait, Start start);

  asio::io_context context_{1};
  asio::ip::tcp::socket socket_{context_};
};

template <class Start>
Outcome<std::size_t> TcpTransport::await(const Wait& wait, Start start) {
  struct Done {
    error_code error;
    std::size_t size;
  };
  std::optional<Done> done;
  context_.restart();
  start([&done](const error_code& error, std::size_t size) { done = Done{error, size}; });
  const std::stop_callback wake(wait.stop, [this] { asio::post(context_, [] {}); });
  std::optional<Failure> failure;
  while (!done && !failure) {
    failure = ended(wait);
    if (!failure) context_.run_one_until(wait.until);
  }
  if (failure) {
    error_code ignored;
    socket_.close(ignored);
    while (!done) context_.run_one();
    return tl::unexpected(*std::move(failure));
  }
  if (done->error) return tl::unexpected(failure_of(done->error));
  return done->size;
}

Outcome<void> TcpTransport::connect(const asio::ip::tcp::endpoint& endpoint, const Wait& wait) {
  error_code refused;
  socket_.open(endpoint.protocol(), refused);
  if (refused) return tl::unexpected(Failure{Failure::Kind::Connect, false, refused.message()});
  close_on_exec(socket_.native_handle());
  auto connected = await(wait, [&](auto handler) {
    socket_.async_connect(endpoint, [handler](const error_code& error) { handler(error, 0); });
  });
  if (!connected) {
    if (connected.error().kind == Failure::Kind::Broken) {
      connected.error().kind = Failure::Kind::Connect;
    }
    return tl::unexpected(std::move(connected).error());
  }
  error_code ignored;  // Small requests must not wait for the answer to the last one.
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  return {};
}

template <class Step>
Outcome<std::size_t> TcpTransport::when_ready(asio::socket_base::wait_type what, const Wait& wait,
                                              Step step) {
  for (;;) {
    if (auto failure = ended(wait)) return tl::unexpected(*std::move(failure));
    error_code error;
    const std::size_t size = step(error);
    if (!error) return size;
    if (error == asio::error::eof) return 0;
    if (error != asio::error::would_block) return tl::unexpected(failure_of(error));
    auto ready = await(wait, [&](auto handler) {
      socket_.async_wait(what, [handler](const error_code& failed) { handler(failed, 0); });
    });
    if (!ready) return ready;
  }
}

Outcome<std::size_t> TcpTransport::read_some(std::span<char> to, const Wait& wait) {
  return when_ready(asio::socket_base::wait_read, wait, [&](error_code& error) {
    return socket_.read_some(asio::buffer(to.data(), to.size()), error);
  });
}

Outcome<std::size_t> TcpTransport::write_some(std::string_view bytes, const Wait& wait) {
  return when_ready(asio::socket_base::wait_write, wait, [&](error_code& error) {
    return socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
  });
}

bool TcpTransport::is_idle() {
  char byte = 0;
  const ssize_t size = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace

void close_on_exec(int descriptor) { ::fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

Outcome<std::unique_ptr<Transport>> connect_tcp(const std::vector<std::string>& addresses,
                                                std::uint16_t port, const Wait& wait) {
  Failure last{Failure::Kind::Resolve, false, "no address"};
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    error_code error;
    const asio::ip::address address = asio::ip::make_address(addresses[i], error);
    if (error) continue;
    const SteadyTime now = std::chrono::steady_clock::now();
    const auto share = std::max<std::chrono::steady_clock::duration>(
        (wait.until - now) / static_cast<std::int64_t>(addresses.size() - i), kShareMin);
    auto transport = std::make_unique<TcpTransport>();
    auto connected =
        transport->connect({address, port}, {std::min(wait.until, now + share), wait.stop});
    if (connected) return transport;
    last = std::move(connected).error();
    if (last.kind == Failure::Kind::Cancelled) break;
  }
  return tl::unexpected(std::move(last));
}

}  // namespace trailwarden::net
